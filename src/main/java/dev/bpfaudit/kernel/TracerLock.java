package dev.bpfaudit.kernel;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// Held by whoever installs or removes the tracer, so that two who do it at once (two units at
/// boot) do not take each other's half-made pins for what a killed one left. The kernel lets go of
/// it for whoever dies. On a host without a writable `/run` there is none.
final class TracerLock implements AutoCloseable {
  private static final Path FILE = Path.of("/run/bpfaudit-tracer.lock");
  private static final long PAUSE_NANOS = 50_000_000;
  private static final long MOST_NANOS = 120_000_000_000L;

  private final Optional<FileChannel> file;

  private TracerLock(Optional<FileChannel> file) {
    this.file = file;
  }

  /// Waits for whoever has it.
  ///
  /// @throws KernelException if that takes two minutes
  static TracerLock take() {
    if (!Files.isWritable(FILE.getParent())) {
      return new TracerLock(Optional.empty());
    }
    try {
      FileChannel file =
          FileChannel.open(
              FILE,
              Set.of(
                  StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      await(file);
      // so that its time tells; to set that otherwise opens the file, and closing it would unlock
      // it
      file.write(ByteBuffer.wrap(new byte[] {'\n'}), 0);
      return new TracerLock(Optional.of(file));
    } catch (IOException e) {
      throw new KernelException(
          KernelException.Kind.UNSUPPORTED, "lock " + FILE, e.toString(), "See: ls -l " + FILE);
    }
  }

  /// Whether somebody took it not long ago and has it still. Nobody installs or removes for longer,
  /// and whoever only holds it must not be excused for good. Not for who has it: asking would
  /// unlock it, as closing any descriptor of a file does.
  static boolean isTaken() {
    try {
      if (!Files.isRegularFile(FILE, LinkOption.NOFOLLOW_LINKS)
          || Files.getLastModifiedTime(FILE)
              .toInstant()
              .isBefore(Instant.now().minusNanos(MOST_NANOS))) {
        return false;
      }
    } catch (IOException e) {
      return false;
    }
    try (FileChannel file =
        FileChannel.open(FILE, Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS))) {
      return file.tryLock() == null;
    } catch (OverlappingFileLockException e) {
      return true; // by this process
    } catch (IOException e) {
      return false;
    }
  }

  private static void await(FileChannel file) throws IOException {
    long deadline = System.nanoTime() + MOST_NANOS;
    while (file.tryLock() == null) {
      if (System.nanoTime() > deadline) {
        file.close();
        throw new KernelException(
            KernelException.Kind.UNSUPPORTED,
            "install or remove the tracer",
            "another bpfaudit has been at it for two minutes",
            "Find it: fuser -v " + FILE);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  @Override
  public void close() {
    try {
      if (file.isPresent()) {
        file.get().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
