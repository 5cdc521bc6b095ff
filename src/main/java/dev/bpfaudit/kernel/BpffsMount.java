package dev.bpfaudit.kernel;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/// One line of `mountinfo` (`proc(5)`) with type `bpf`. Text is held as Latin-1, one character a
/// byte.
///
/// @param device `major:minor` of the superblock
/// @param root the directory of that file system that is mounted
/// @param point where it is mounted
record BpffsMount(String device, String root, String point) {

  private static final String USUAL_POINT = "/sys/fs/bpf";

  /// The mounts of bpffs that the process with `/proc` directory `process` sees, the most
  /// encompassing first; of the same directory the one at `/sys/fs/bpf` first, then the oldest. So
  /// a mount that comes later does not give another name to what has one.
  ///
  /// The file lists the oldest mount first: `show_mountinfo` follows the list of the namespace, to
  /// whose end mounts are added, since 6.8 the tree ordered by `mnt_id_unique` (`fs/namespace.c`).
  /// Mount ids tell no age, for they are given again.
  ///
  /// @throws IOException if the process has ended or may not be looked at
  static List<BpffsMount> of(Path process) throws IOException {
    return Files.readAllLines(process.resolve("mountinfo"), StandardCharsets.ISO_8859_1).stream()
        .map(line -> List.of(line.split(" ", -1)))
        .filter(fields -> isOfType(fields, "bpf"))
        .map(f -> new BpffsMount(f.get(2), unescape(f.get(3)), unescape(f.get(4))))
        .sorted(
            Comparator.comparingInt((BpffsMount mount) -> mount.root.length())
                .thenComparing(mount -> !mount.point.equals(USUAL_POINT)))
        .toList();
  }

  /// @param fields of a line of `mountinfo`
  static boolean isOfType(List<String> fields, String type) {
    int separator = fields.indexOf("-");
    return separator > 4 && separator + 1 < fields.size() && fields.get(separator + 1).equals(type);
  }

  /// Whether everything seen through `other` is seen through this mount.
  boolean covers(BpffsMount other) {
    return device.equals(other.device)
        && (root.equals("/") || root.equals(other.root) || other.root.startsWith(root + "/"));
  }

  /// The directory, seen from the root directory `under`.
  Path directory(String under) {
    return NativePath.of((under + point).getBytes(StandardCharsets.ISO_8859_1));
  }

  /// Whether `directory` can be reached and is in this file system, not in one mounted over it.
  boolean isAt(Path directory) {
    long dev;
    try {
      dev = (Long) Files.getAttribute(directory, "unix:dev");
    } catch (IOException e) {
      return false;
    }
    long major = ((dev >>> 32) & 0xfffff000L) | ((dev >>> 8) & 0xfff);
    long minor = ((dev >>> 12) & 0xffffff00L) | (dev & 0xff);
    return device.equals(major + ":" + minor);
  }

  /// Space, tab, newline and backslash are written as backslash and three octal digits.
  static String unescape(String field) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(field.length());
    for (int i = 0; i < field.length(); i++) {
      if (field.charAt(i) == '\\' && i + 3 < field.length()) {
        bytes.write(Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        bytes.write(field.charAt(i));
      }
    }
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }
}
