package dev.bpfaudit.store;

import dev.bpfaudit.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// One process at a time has the store. The kernel drops the lock when its holder dies, however it
/// dies; the file stays and says who holds or last held it.
final class StoreLock implements AutoCloseable {
  private static final long POLL_MILLIS = 50;
  private static final int SPOKEN_AFTER_POLLS = 2;
  private static final int COMMAND_LENGTH = 200;
  private static final Set<StandardOpenOption> SHARED = Set.of(StandardOpenOption.READ);
  private static final Set<StandardOpenOption> EXCLUSIVE =
      Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);

  /// Paths this process holds: closing any descriptor of a file drops all POSIX locks that the
  /// process has on it, so a second one must not even be opened.
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final Path path;
  private final FileChannel channel;

  private StoreLock(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /// Waits until the store is free, and tells `talk` once whom it waits for.
  ///
  /// @throws StoreException LOCKED after `patience`, UNWRITABLE if there can be no lock
  static StoreLock acquire(StoreDirectory directory, Consumer<String> talk, Duration patience) {
    return acquire(directory, talk, patience, () -> true);
  }

  /// @param goesOn asked again and again while it waits; false ends the waiting
  static StoreLock acquire(
      StoreDirectory directory, Consumer<String> talk, Duration patience, BooleanSupplier goesOn) {
    return acquire(directory, talk, patience, goesOn, false);
  }

  /// Like [#acquire]. In a directory that this process may not write, it shares the lock with other
  /// readers and does not sign it.
  static StoreLock toRead(StoreDirectory directory, Consumer<String> talk, Duration patience) {
    return acquire(directory, talk, patience, () -> true, !Files.isWritable(directory.path()));
  }

  private static StoreLock acquire(
      StoreDirectory directory,
      Consumer<String> talk,
      Duration patience,
      BooleanSupplier goesOn,
      boolean shared) {
    Path path = directory.lock();
    long begun = System.nanoTime();
    for (int polls = 1; ; polls++) {
      Attempt attempt = attempt(directory, path, shared);
      if (attempt instanceof Attempt.Got got) {
        return got.lock;
      }
      String holder = ((Attempt.HeldBy) attempt).pid;
      if (polls == SPOKEN_AFTER_POLLS) {
        talk.accept(
            "waiting for bpfaudit pid " + holder + ", which has the store " + directory.path());
      }
      Duration waited = Duration.ofNanos(System.nanoTime() - begun);
      if (waited.compareTo(patience) > 0 || !goesOn.getAsBoolean() || !paused()) {
        throw locked(directory, holder, waited);
      }
    }
  }

  private sealed interface Attempt {
    record Got(StoreLock lock) implements Attempt {}

    record HeldBy(String pid) implements Attempt {}
  }

  private static Attempt attempt(StoreDirectory directory, Path path, boolean shared) {
    if (!HELD.add(path)) {
      return new Attempt.HeldBy(Long.toString(ProcessHandle.current().pid()));
    }
    boolean got = false;
    try {
      FileChannel channel =
          FileChannel.open(path, shared ? SHARED : EXCLUSIVE, StoreDirectory.PRIVATE_FILE);
      try {
        if (channel.tryLock(0, Long.MAX_VALUE, shared) == null) {
          return new Attempt.HeldBy(holder(channel));
        }
        if (!shared) {
          sign(channel);
        }
        got = true;
        return new Attempt.Got(new StoreLock(path, channel));
      } finally {
        if (!got) {
          channel.close();
        }
      }
    } catch (IOException e) {
      throw directory.unwritable(e);
    } finally {
      if (!got) {
        HELD.remove(path);
      }
    }
  }

  private static String holder(FileChannel channel) throws IOException {
    ByteBuffer text = ByteBuffer.allocate(32);
    channel.read(text, 0);
    String line = StandardCharsets.UTF_8.decode(text.flip()).toString();
    String pid = line.split("\\s", 2)[0];
    return pid.matches("[0-9]+") ? pid : "unknown";
  }

  private static void sign(FileChannel channel) throws IOException {
    ProcessHandle self = ProcessHandle.current();
    String command = self.info().commandLine().orElse("");
    String line =
        self.pid() + " " + command.substring(0, Math.min(COMMAND_LENGTH, command.length())) + "\n";
    byte[] text = line.getBytes(StandardCharsets.UTF_8);
    channel.write(ByteBuffer.wrap(text), 0);
    channel.truncate(text.length);
  }

  private static boolean paused() {
    try {
      Thread.sleep(POLL_MILLIS);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static StoreException locked(StoreDirectory directory, String pid, Duration waited) {
    return new StoreException(
        Kind.LOCKED,
        "open store " + directory.path(),
        "bpfaudit pid " + pid + " did not let go of it within " + waited.toSeconds() + " s",
        "Wait for it to end, or end it.");
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw Failures.of("release " + path, e, Kind.UNWRITABLE);
    } finally {
      HELD.remove(path);
    }
  }
}
