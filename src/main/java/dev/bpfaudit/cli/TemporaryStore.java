package dev.bpfaudit.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// A directory for a store that is gone afterwards, also when the process is told to end.
final class TemporaryStore implements AutoCloseable {
  private static final int MOST_TRIES = 100;
  private static final long PAUSE_NANOS = 10_000_000;

  private final Path path;
  private final Thread atShutdown = new Thread(this::deleteWhileOthersWrite);
  private boolean ending;

  private TemporaryStore(Path path) {
    this.path = path;
  }

  static TemporaryStore create() {
    String name = "bpfaudit-demo-" + UUID.randomUUID();
    TemporaryStore store = new TemporaryStore(Path.of(System.getProperty("java.io.tmpdir"), name));
    Runtime.getRuntime().addShutdownHook(store.atShutdown);
    try {
      store.make();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return store;
  }

  /// Not once the process is ending: nobody would take it away.
  private synchronized void make() throws IOException {
    if (!ending) {
      Files.createDirectory(
          path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
  }

  Path path() {
    return path;
  }

  private void delete() throws IOException {
    try (Stream<Path> files = Files.walk(path)) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    }
  }

  /// Other threads go on while the process is told to end, and may just be making files.
  private void deleteWhileOthersWrite() {
    synchronized (this) {
      ending = true;
    }
    for (int tries = 0; tries < MOST_TRIES && Files.exists(path); tries++) {
      try {
        delete();
      } catch (IOException | UncheckedIOException _) {
        // something came or went meanwhile: once more
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atShutdown);
      delete();
    } catch (IllegalStateException _) {
      // the process is ending, and the hook is at work
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
