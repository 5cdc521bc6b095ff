package dev.bpfaudit.kernel;

import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Operation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import me.bechberger.ebpf.bpf.raw.Lib_1;
import me.bechberger.ebpf.bpf.raw.bpf_map_create_opts;

/// A map that is made to be written by canaries, and gone after them.
///
/// @param nonce is written as value, and its lower half as key
record CanaryMap(Fd fd, long id, MapType type, long nonce, int possibleCpus)
    implements AutoCloseable {
  private static final String NAME = "bpfaudit_canary";
  private static final int LOOPBACK = 1;
  private static final int WHOLE_PREFIX = 32;
  private static final int VALUE_BYTES = 8;

  /// @param inner what a map of maps holds
  /// @throws KernelException if this kernel has no such maps
  static CanaryMap make(MapType type, long nonce, int possibleCpus, int inner) {
    int keySize =
        switch (type) {
          case QUEUE, STACK, BLOOM_FILTER -> 0;
          case LPM_TRIE -> 8;
          default -> 4;
        };
    int valueSize =
        switch (type) {
          case PROG_ARRAY, DEVMAP, DEVMAP_HASH, CPUMAP, XSKMAP, HASH_OF_MAPS -> 4;
          default -> VALUE_BYTES;
        };
    int flags =
        type == MapType.LPM_TRIE || type == MapType.RHASH
            ? ScratchMaps.NO_PREALLOC
            : type == Canary.HANDLED ? ScratchMaps.MMAPABLE : 0;
    MapType made = type == Canary.HANDLED ? MapType.ARRAY : type;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment options = bpf_map_create_opts.allocate(arena);
      bpf_map_create_opts.sz(options, bpf_map_create_opts.sizeof());
      bpf_map_create_opts.map_flags(options, flags);
      bpf_map_create_opts.inner_map_fd(options, type == MapType.HASH_OF_MAPS ? inner : 0);
      Fd fd =
          new Fd(
              ScratchMaps.required(
                  Lib_1.bpf_map_create(
                      List.of(MapType.values()).indexOf(made),
                      arena.allocateFrom(NAME),
                      keySize,
                      valueSize,
                      type == MapType.LRU_HASH || type == MapType.LRU_PERCPU_HASH ? 64 : 1,
                      options),
                  "make a canary"));
      return new CanaryMap(fd, PinnedObject.mapId(fd), type, nonce, possibleCpus);
    }
  }

  /// What is done to it by system call, in this order: what was put in is taken out.
  List<Operation> sequence() {
    return switch (type) {
      case HASH, LRU_HASH, PERCPU_HASH, LRU_PERCPU_HASH, RHASH ->
          List.of(
              Operation.UPDATE, Operation.LOOKUP_AND_DELETE, Operation.UPDATE, Operation.DELETE);
      case QUEUE, STACK -> List.of(Operation.PUSH, Operation.POP);
      case BLOOM_FILTER -> List.of(Operation.PUSH);
      case ARRAY, PERCPU_ARRAY, HASH_OF_MAPS -> List.of(Operation.UPDATE);
      case XSKMAP -> List.of(Operation.DELETE);
      case UNSPEC -> List.of(Operation.CREATE, Operation.MMAP, Operation.RELEASE);
      default -> List.of(Operation.UPDATE, Operation.DELETE);
    };
  }

  /// Does one thing to it by system call.
  ///
  /// @param descriptor what is put where a value is a descriptor
  /// @throws KernelException if the kernel refuses
  void write(Operation operation, int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = key(arena);
      switch (operation) {
        case UPDATE, PUSH ->
            done(Lib_1.bpf_map_update_elem(fd.number(), key, value(arena, descriptor), 0));
        case DELETE -> done(Lib_1.bpf_map_delete_elem(fd.number(), key));
        case LOOKUP_AND_DELETE, POP ->
            done(Lib_1.bpf_map_lookup_and_delete_elem(fd.number(), key, value(arena, 0)));
        case MMAP -> MappedArray.of(fd, VALUE_BYTES).close();
        case CREATE, RELEASE -> {} // is done already, or will be
        case FREEZE, OPEN, STORE -> throw new IllegalArgumentException("no canary does that");
      }
    }
  }

  private static void done(int answer) {
    if (answer < 0) {
      throw KernelException.refused("write a canary", answer);
    }
  }

  private MemorySegment key(Arena arena) {
    return switch (type) {
      case QUEUE, STACK, BLOOM_FILTER -> MemorySegment.NULL;
      case LPM_TRIE ->
          arena.allocateFrom(ValueLayout.JAVA_INT, new int[] {WHOLE_PREFIX, (int) nonce});
      case HASH, LRU_HASH, PERCPU_HASH, LRU_PERCPU_HASH, HASH_OF_MAPS, DEVMAP_HASH, RHASH ->
          arena.allocateFrom(ValueLayout.JAVA_INT, (int) nonce);
      default -> arena.allocateFrom(ValueLayout.JAVA_INT, 0);
    };
  }

  /// Nothing but the loopback, which is always there, is put into a devmap; an entry of a cpumap
  /// that is 0 would be a thread of the kernel's otherwise.
  private MemorySegment value(Arena arena, int descriptor) {
    MemorySegment value = arena.allocate((long) VALUE_BYTES * possibleCpus, 8);
    switch (type) {
      case PROG_ARRAY, HASH_OF_MAPS -> value.set(ValueLayout.JAVA_INT, 0, descriptor);
      case DEVMAP, DEVMAP_HASH -> value.set(ValueLayout.JAVA_INT, 0, LOOPBACK);
      case CPUMAP -> {}
      default -> value.set(ValueLayout.JAVA_LONG, 0, nonce);
    }
    return value;
  }

  @Override
  public void close() {
    fd.close();
  }
}
