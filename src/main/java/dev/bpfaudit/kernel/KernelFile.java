package dev.bpfaudit.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Small files in which the kernel tells of itself.
final class KernelFile {
  private KernelFile() {}

  /// The text, without the line end, one character a byte.
  ///
  /// @throws KernelException if it cannot be read, with the errno
  static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1).strip();
    } catch (NoSuchFileException e) {
      throw KernelException.refused("read " + file, Errno.ENOENT);
    } catch (AccessDeniedException e) {
      throw KernelException.refused("read " + file, Errno.EACCES);
    } catch (FileSystemException e) {
      throw unreadable(file, String.valueOf(e.getReason()));
    } catch (IOException e) {
      throw unreadable(file, String.valueOf(e.getMessage()));
    }
  }

  private static KernelException unreadable(Path file, String why) {
    return new KernelException(
        KernelException.Kind.UNSUPPORTED, "read " + file, why, "This kernel does not show it.");
  }

  /// Where this process sees the whole of a file system of type `type`, for instance `tracefs`. The
  /// place is not guessed: looking below `/sys/kernel/debug/tracing` would mount tracefs there.
  static Optional<Path> wholeMount(String type) {
    return mounts(type)
        .filter(fields -> fields.get(3).equals("/"))
        .findFirst()
        .map(KernelFile::point);
  }

  /// Where this process sees a file system of type `type`, or a part of it.
  static Optional<Path> mount(String type) {
    return mounts(type).findFirst().map(KernelFile::point);
  }

  private static Stream<List<String>> mounts(String type) {
    return read(Path.of("/proc/self/mountinfo"))
        .lines()
        .map(line -> List.of(line.split(" ", -1)))
        .filter(fields -> BpffsMount.isOfType(fields, type));
  }

  private static Path point(List<String> fields) {
    String point = BpffsMount.unescape(fields.get(4));
    return NativePath.of(point.getBytes(StandardCharsets.ISO_8859_1));
  }
}
