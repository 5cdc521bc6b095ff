package dev.bpfaudit.packaged;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A bpffs of the test's own; unmounting it drops every pin in it.
final class Bpffs implements AutoCloseable {
  private final Path directory;

  private Bpffs(Path directory) {
    this.directory = directory;
  }

  static Bpffs mount() throws IOException {
    Path directory = Files.createTempDirectory("bpfaudit-bpffs");
    Command.Result result = Command.run(List.of("mount", "-t", "bpf", "bpf", directory.toString()));
    if (result.exitCode() != 0) {
      throw new IOException("mount a bpffs: " + result.err() + " (these tests run as root)");
    }
    return new Bpffs(directory);
  }

  String pin(String name) {
    return directory.resolve(name).toString();
  }

  @Override
  public void close() throws IOException {
    Command.run(List.of("umount", directory.toString()));
    Files.delete(directory);
  }
}
