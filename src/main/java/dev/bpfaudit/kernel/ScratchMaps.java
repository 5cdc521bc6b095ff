package dev.bpfaudit.kernel;

import dev.bpfaudit.model.MapType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import me.bechberger.ebpf.bpf.raw.Lib_1;
import me.bechberger.ebpf.bpf.raw.bpf_map_create_opts;

/// Maps and programs of our own, for the demonstration, for probes and for tests; nothing else in
/// bpfaudit makes or changes a map. Closing removes them and their pins.
public final class ScratchMaps implements AutoCloseable {
  /// `BPF_F_NO_PREALLOC`, which an LPM trie must have.
  public static final int NO_PREALLOC = 1;

  /// `BPF_F_MMAPABLE`: user space may map the values of an array.
  public static final int MMAPABLE = 1 << 10;

  private static final List<MapType> TYPES = List.of(MapType.values());
  private static final int SOCKET_FILTER = 1;

  private final Deque<Runnable> closing = new ArrayDeque<>();

  /// @throws KernelException if libbpf is missing
  public ScratchMaps() {
    LibbpfLibrary.load();
  }

  /// @throws KernelException if the kernel refuses
  public ScratchMap create(
      MapType type, String name, int keySize, int valueSize, int maxEntries, int flags) {
    return create(type, name, keySize, valueSize, maxEntries, flags, 0);
  }

  /// A map whose values are maps like `inner`, with keys of 4 bytes.
  ///
  /// @throws KernelException if the kernel refuses
  public ScratchMap createOfMaps(MapType type, String name, int maxEntries, ScratchMap inner) {
    return create(type, name, 4, 4, maxEntries, 0, inner.fd());
  }

  private ScratchMap create(
      MapType type, String name, int keySize, int valueSize, int maxEntries, int flags, int inner) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment options = bpf_map_create_opts.allocate(arena);
      bpf_map_create_opts.sz(options, bpf_map_create_opts.sizeof());
      bpf_map_create_opts.map_flags(options, flags);
      bpf_map_create_opts.inner_map_fd(options, inner);
      int fd =
          Lib_1.bpf_map_create(
              TYPES.indexOf(type),
              arena.allocateFrom(name),
              keySize,
              valueSize,
              maxEntries,
              options);
      String spelled = type.name().toLowerCase(Locale.ROOT);
      ScratchMap map = new ScratchMap(new Fd(required(fd, "create a map of type " + spelled)));
      closing.push(map::close);
      return map;
    }
  }

  /// A map that another process made.
  ///
  /// @throws KernelException if the kernel refuses
  public ScratchMap open(long id) {
    int fd = Lib_1.bpf_map_get_fd_by_id((int) id);
    ScratchMap map = new ScratchMap(new Fd(required(fd, "open map " + id)));
    closing.push(map::close);
    return map;
  }

  /// Loads a socket filter `r0 = result; exit`, attached to nothing.
  ///
  /// @throws KernelException if the kernel refuses
  public ScratchProgram load(String name, int result) {
    ScratchProgram program =
        new ScratchProgram(TinyProgram.ofType(SOCKET_FILTER).load(name, result));
    closing.push(program::close);
    return program;
  }

  /// `answer`, unless it is a negative errno.
  static int required(int answer, String operation) {
    if (answer < 0) {
      throw KernelException.refused(operation, answer);
    }
    return answer;
  }

  @Override
  public void close() {
    while (!closing.isEmpty()) {
      closing.pop().run();
    }
  }
}
