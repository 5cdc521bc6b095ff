package dev.bpfaudit.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// `/proc/self/fdinfo/FD` of a map: what `bpf_map_show_fdinfo` in `kernel/bpf/syscall.c` prints and
/// `struct bpf_map_info` lacks.
///
/// @param memlock bytes
/// @param ownerProgType 0 where the line is absent
record FdInfo(boolean frozen, long memlock, long ownerProgType) {

  /// @throws KernelException if `/proc` is not there
  static FdInfo of(Fd fd) {
    List<String> lines = lines(Path.of("/proc/self/fdinfo/" + fd.number()));
    return new FdInfo(
        number(lines, "frozen:") != 0,
        number(lines, "memlock:"),
        number(lines, "owner_prog_type:"));
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new KernelException(
          KernelException.Kind.UNSUPPORTED,
          "read " + file,
          String.valueOf(e.getMessage()),
          "Mount /proc: mount -t proc proc /proc");
    }
  }

  private static long number(List<String> lines, String name) {
    return lines.stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip())
        .mapToLong(text -> Long.decode(text))
        .findFirst()
        .orElse(0);
  }
}
