package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Bytes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;
import me.bechberger.ebpf.bpf.raw.Lib_1;
import me.bechberger.ebpf.bpf.raw.bpf_link_info;
import me.bechberger.ebpf.bpf.raw.bpf_map_info;
import me.bechberger.ebpf.bpf.raw.bpf_prog_info;

/// Pins of the tracer's own maps and links.
final class PinnedObject {
  private static final int LINK_TYPE_CGROUP = 3;

  private PinnedObject() {}

  /// Opens what is pinned at `path`; empty if nothing is.
  static Optional<Fd> open(Path path) {
    try (Arena arena = Arena.ofConfined()) {
      int number = Lib_1.bpf_obj_get(arena.allocateFrom(path.toString()));
      return number < 0 ? Optional.empty() : Optional.of(new Fd(number));
    }
  }

  static void pin(Fd fd, Path path) {
    try (Arena arena = Arena.ofConfined()) {
      ScratchMaps.required(
          Lib_1.bpf_obj_pin(fd.number(), arena.allocateFrom(path.toString())), "pin " + path);
    }
  }

  static long mapId(Fd map) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = bpf_map_info.allocate(arena);
      ScratchMaps.required(ObjectInfo.fill(map, info), "read map info");
      return Integer.toUnsignedLong(bpf_map_info.id(info));
    }
  }

  /// Which link, and of which program.
  ///
  /// @param target whether it still hangs on something; only of a cgroup can that end
  record LinkFacts(long id, long programId, Bytes tag, boolean target) {}

  static LinkFacts link(Fd link) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = bpf_link_info.allocate(arena);
      ScratchMaps.required(ObjectInfo.fill(link, info), "read link info");
      int program = bpf_link_info.prog_id(info);
      boolean detached =
          bpf_link_info.type(info) == LINK_TYPE_CGROUP
              && bpf_link_info.cgroup(info).get(ValueLayout.JAVA_LONG_UNALIGNED, 0) == 0;
      return new LinkFacts(
          Integer.toUnsignedLong(bpf_link_info.id(info)),
          Integer.toUnsignedLong(program),
          tag(program),
          !detached);
    }
  }

  private static Bytes tag(int program) {
    int number = ScratchMaps.required(Lib_1.bpf_prog_get_fd_by_id(program), "open a program");
    try (Fd fd = new Fd(number);
        Arena arena = Arena.ofConfined()) {
      MemorySegment info = bpf_prog_info.allocate(arena);
      ScratchMaps.required(ObjectInfo.fill(fd, info), "read program info");
      return Bytes.of(bpf_prog_info.tag(info));
    }
  }
}
