package dev.bpfaudit.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/// The open descriptors of this process that belong to BPF objects: number and kind.
record Descriptors(Map<String, String> bpf) {
  static Descriptors open() {
    Map<String, String> found = new TreeMap<>();
    try (DirectoryStream<Path> fds = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path fd : fds) {
        String target = target(fd);
        if (target.contains("bpf") || target.contains("btf")) {
          found.put(fd.getFileName().toString(), target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Descriptors(found);
  }

  /// How many descriptors of any kind are open.
  static int count() {
    try (var fds = Files.list(Path.of("/proc/self/fd"))) {
      return Math.toIntExact(fds.count());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String target(Path fd) throws IOException {
    try {
      return Files.readSymbolicLink(fd).toString();
    } catch (NoSuchFileException e) {
      return "";
    }
  }
}
