package dev.bpfaudit.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// A descriptor of a map, program or link that a process holds, as `/proc/PID/fdinfo/FD` shows it
/// (`bpf_map_show_fdinfo`, `bpf_prog_show_fdinfo` and `bpf_link_show_fdinfo` in
/// `kernel/bpf/syscall.c`).
///
/// @param flags of `open(2)`; their lowest two bits say whether a map can be written through it
/// @param mapId 0 if it is no map
/// @param programId of a program or of the program of a link; 0 if it is neither
/// @param linkId 0 if it is no link
record HeldDescriptor(long pid, long fd, long flags, long mapId, long programId, long linkId) {
  private static final int O_ACCMODE = 3;

  /// What the kernel says of one descriptor; empty if it is about none of the three.
  ///
  /// @param lines of the file in `fdinfo`
  static Optional<HeldDescriptor> of(long pid, long fd, List<String> lines) {
    long mapId = number(lines, "map_id:", 10);
    long programId = number(lines, "prog_id:", 10);
    long linkId = number(lines, "link_id:", 10);
    return mapId == 0 && programId == 0 && linkId == 0
        ? Optional.empty()
        : Optional.of(
            new HeldDescriptor(pid, fd, number(lines, "flags:", 8), mapId, programId, linkId));
  }

  /// Whether a map can be written through it: it was opened for more than reading (`O_RDONLY` is
  /// 0).
  boolean isWritable() {
    return mapId != 0 && (flags & O_ACCMODE) != 0;
  }

  /// What this number of that process stands for now; empty if it is none of the three, or was
  /// closed.
  Optional<HeldDescriptor> now() {
    Path file = Path.of("/proc/" + pid + "/fdinfo/" + fd);
    try {
      return of(pid, fd, Files.readAllLines(file, StandardCharsets.ISO_8859_1));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static long number(List<String> lines, String name, int radix) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .mapToLong(line -> Long.parseLong(line.substring(name.length()).strip(), radix))
        .findFirst()
        .orElse(0);
  }
}
