package dev.bpfaudit.kernel;

import static java.lang.Integer.toUnsignedLong;

import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.KernelText;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import me.bechberger.ebpf.bpf.raw.Lib_1;
import me.bechberger.ebpf.bpf.raw.bpf_prog_info;

/// Reads every loaded program. One that is unloaded meanwhile is left out; one that the kernel does
/// not hand out appears with its id and nothing else.
final class Programs {
  private Programs() {}

  /// @throws KernelException if programs cannot be listed at all
  static List<BpfProgram> all() {
    return of(ObjectIds.programs());
  }

  /// Those of `ids` that are loaded.
  static List<BpfProgram> of(Collection<Long> ids) {
    return ids.stream().map(Programs::read).flatMap(Optional::stream).toList();
  }

  /// One program; empty if it is not loaded.
  static Optional<BpfProgram> read(long id) {
    int number = Lib_1.bpf_prog_get_fd_by_id((int) id);
    if (number == -Errno.ENOENT) {
      return Optional.empty();
    }
    if (number < 0) {
      return Optional.of(unknown(id));
    }
    try (Fd fd = new Fd(number);
        Arena arena = Arena.ofConfined()) {
      MemorySegment info = bpf_prog_info.allocate(arena);
      int failed = ObjectInfo.fill(fd, info);
      return Optional.of(failed < 0 ? unknown(id) : program(info, mapIds(fd, info, arena)));
    }
  }

  private static BpfProgram program(MemorySegment info, List<Long> mapIds) {
    return new BpfProgram(
        toUnsignedLong(bpf_prog_info.id(info)),
        toUnsignedLong(bpf_prog_info.type(info)),
        KernelText.decode(ObjectInfo.name(bpf_prog_info.name(info))),
        Bytes.of(bpf_prog_info.tag(info)),
        toUnsignedLong(bpf_prog_info.created_by_uid(info)),
        mapIds);
  }

  /// Asks a second time, with room for the ids the first answer counted: `bpf_prog_get_info_by_fd`
  /// in `kernel/bpf/syscall.c` copies as many as there is room for.
  private static List<Long> mapIds(Fd fd, MemorySegment first, Arena arena) {
    int room = bpf_prog_info.nr_map_ids(first);
    if (room == 0) {
      return List.of();
    }
    MemorySegment ids = arena.allocate(ValueLayout.JAVA_INT, room);
    MemorySegment second = bpf_prog_info.allocate(arena);
    bpf_prog_info.nr_map_ids(second, room);
    bpf_prog_info.map_ids(second, ids.address());
    int failed = ObjectInfo.fill(fd, second);
    if (failed < 0) {
      return List.of();
    }
    int count = Math.min(room, bpf_prog_info.nr_map_ids(second));
    return LongStream.range(0, count)
        .mapToObj(i -> toUnsignedLong(ids.getAtIndex(ValueLayout.JAVA_INT, i)))
        .toList();
  }

  private static BpfProgram unknown(long id) {
    return new BpfProgram(id, 0, "", Bytes.EMPTY, 0, List.of());
  }
}
