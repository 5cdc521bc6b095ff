package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import me.bechberger.ebpf.bpf.raw.Lib_1;
import me.bechberger.ebpf.bpf.raw.bpf_link_info;
import me.bechberger.ebpf.bpf.raw.bpf_map_info;

/// Pins of the tracer's own maps and links.
final class PinnedObject {
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
  record LinkFacts(long id, long programId) {}

  static LinkFacts link(Fd link) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = bpf_link_info.allocate(arena);
      ScratchMaps.required(ObjectInfo.fill(link, info), "read link info");
      return new LinkFacts(
          Integer.toUnsignedLong(bpf_link_info.id(info)),
          Integer.toUnsignedLong(bpf_link_info.prog_id(info)));
    }
  }
}
