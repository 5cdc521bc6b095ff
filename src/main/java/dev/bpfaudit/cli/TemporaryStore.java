package dev.bpfaudit.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A directory for a store that is gone afterwards, also when the process is told to end.
final class TemporaryStore implements AutoCloseable {
  private final Path path;
  private final Thread atShutdown;

  private TemporaryStore(Path path) {
    this.path = path;
    this.atShutdown = new Thread(this::delete);
    Runtime.getRuntime().addShutdownHook(atShutdown);
  }

  static TemporaryStore create() {
    try {
      return new TemporaryStore(Files.createTempDirectory("bpfaudit-demo"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path path() {
    return path;
  }

  private void delete() {
    try (Stream<Path> files = Files.walk(path)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(atShutdown);
    delete();
  }
}
