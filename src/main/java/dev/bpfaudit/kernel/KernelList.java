package dev.bpfaudit.kernel;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import me.bechberger.ebpf.bpf.raw.Lib_1;
import me.bechberger.ebpf.bpf.raw.bpf_prog_info;

/// The kernel's own list of maps and programs, as its iterators print it (`bpf/list.bpf.c`; since
/// Linux 5.8, of programs since 5.9). It comes by `read(2)`, so that what lies to callers of
/// `bpf(2)` does not change it. Its two programs are loaded until it is closed.
final class KernelList implements AutoCloseable {
  private static final String MAPS = "list_maps";
  private static final String PROGRAMS = "list_programs";
  private static final int BPF_TRACE_ITER = 28;
  private static final int BUFFER_BYTES = 1 << 16;

  private final BpfObject object = new BpfObject("list");

  /// @throws KernelException if this kernel, or somebody in it, refuses
  KernelList() {
    int failed = object.load(name -> true);
    if (failed < 0) {
      object.close();
      throw KernelException.refused("load the iterators of maps and programs", failed);
    }
  }

  /// Every map that somebody refers to: `bpf_map_get_curr_or_next` in `kernel/bpf/syscall.c` passes
  /// over those that are about to be freed.
  ///
  /// @throws KernelException if the iterator cannot be opened or read
  List<ListedMap> maps() {
    return rows(MAPS, ListedMap.BYTES, ListedMap::of);
  }

  /// Every program but the two of this list.
  ///
  /// @throws KernelException if the iterator cannot be opened or read
  List<ListedProgram> programs() {
    Set<Long> own = ownPrograms();
    List<ListedProgram> programs = rows(PROGRAMS, ListedProgram.BYTES, ListedProgram::of);
    programs.removeIf(program -> own.contains(program.id()));
    return programs;
  }

  /// Ids of its two programs.
  Set<Long> ownPrograms() {
    Set<Long> ids = new HashSet<>();
    for (String name : List.of(MAPS, PROGRAMS)) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment info = bpf_prog_info.allocate(arena);
        int failed = ObjectInfo.fill(object.program(name), info);
        ScratchMaps.required(failed, "read program info");
        ids.add(Integer.toUnsignedLong(bpf_prog_info.id(info)));
      }
    }
    return ids;
  }

  private <T> List<T> rows(String program, int size, Function<MemorySegment, T> row) {
    MemorySegment bytes = MemorySegment.ofArray(read(program));
    List<T> rows = new ArrayList<>();
    for (long at = 0; at + size <= bytes.byteSize(); at += size) {
      rows.add(row.apply(bytes.asSlice(at, size)));
    }
    return rows;
  }

  private byte[] read(String program) {
    int link =
        Lib_1.bpf_link_create(object.program(program), 0, BPF_TRACE_ITER, MemorySegment.NULL);
    try (Fd attached = new Fd(ScratchMaps.required(link, "attach an iterator"));
        Fd iterator = open(attached);
        Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER_BYTES);
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      while (true) {
        long count = Lib_1.read(iterator.number(), buffer, buffer.byteSize());
        if (count < 0) {
          throw new KernelException(
              KernelException.Kind.UNSUPPORTED, "read an iterator", "it fails half-way", "");
        }
        if (count == 0) {
          return all.toByteArray();
        }
        all.writeBytes(buffer.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE));
      }
    }
  }

  private static Fd open(Fd link) {
    return new Fd(ScratchMaps.required(Lib_1.bpf_iter_create(link.number()), "open an iterator"));
  }

  @Override
  public void close() {
    object.close();
  }
}
