package dev.bpfaudit.kernel;

import dev.bpfaudit.model.HostFacts;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Facts about this machine, from `/proc`, `/sys` and `/etc/machine-id`.
final class LocalHost {
  private LocalHost() {}

  /// @throws KernelException if `/proc` or `/sys` is not mounted
  static HostFacts facts() {
    String name = required(Path.of("/proc/sys/kernel/hostname"));
    return new HostFacts(
        id(machineId(Path.of("/etc/machine-id")), name),
        name,
        required(Path.of("/proc/sys/kernel/osrelease")),
        required(Path.of("/proc/sys/kernel/random/boot_id")),
        countCpus(required(Path.of("/sys/devices/system/cpu/possible"))));
  }

  /// The first 8 bytes of a digest, in hex: `machine-id(5)` asks not to show the id itself. A
  /// machine without one (some containers and images) is known by its host name.
  static String id(String machineId, String hostName) {
    String source = machineId.isEmpty() ? hostName : machineId;
    byte[] text = ("bpfaudit" + source).getBytes(StandardCharsets.UTF_8);
    return BtfDigests.sha256(MemorySegment.ofArray(text)).hex().substring(0, 16);
  }

  /// Counts a list such as `0-3,8`.
  static int countCpus(String list) {
    int count = 0;
    for (String range : list.split(",", -1)) {
      String[] ends = range.split("-", 2);
      count += Integer.parseInt(ends[ends.length - 1]) - Integer.parseInt(ends[0]) + 1;
    }
    return count;
  }

  private static String machineId(Path file) {
    try {
      String text = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
      return text.equals("uninitialized") ? "" : text;
    } catch (IOException e) {
      return "";
    }
  }

  private static String required(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    } catch (IOException e) {
      throw new KernelException(
          KernelException.Kind.UNSUPPORTED,
          "read " + file,
          String.valueOf(e.getMessage()),
          "Mount /proc and /sys.");
    }
  }
}
