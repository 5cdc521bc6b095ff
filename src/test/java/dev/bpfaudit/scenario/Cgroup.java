package dev.bpfaudit.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A cgroup of our own in the version 2 hierarchy, removed when closed; nothing may be in it then.
///
/// @param directory in the file system
/// @param path in the hierarchy, from its root
record Cgroup(Path directory, String path) implements AutoCloseable {

  static Cgroup create(String name) {
    try {
      Path directory = Files.createDirectory(mount().resolve(name));
      return new Cgroup(directory, "/" + name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path mount() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .filter(line -> line.contains(" - cgroup2 "))
        .map(line -> Path.of(line.split(" ", -1)[4]))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no cgroup2 is mounted"));
  }

  @Override
  public void close() {
    try {
      Files.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
