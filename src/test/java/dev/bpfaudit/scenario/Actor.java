package dev.bpfaudit.scenario;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// A process that a scenario started. It speaks in lines and ends when its input ends; closing sees
/// to that, by force if need be.
final class Actor implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final List<String> command;
  private final Process process;
  private final BlockingQueue<String> said = new LinkedBlockingQueue<>();
  private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
  private final Thread listener;
  private final Thread complaintsListener;

  private Actor(List<String> command) {
    this.command = List.copyOf(command);
    try {
      this.process = new ProcessBuilder(command).start();
    } catch (IOException e) {
      throw new UncheckedIOException(command + " cannot be started", e);
    }
    this.listener = listen(process.getInputStream(), said::add);
    this.complaintsListener = listen(process.getErrorStream(), complaints::add);
  }

  /// What came of a process that has ended.
  record Ended(int exitCode, List<String> out, String err) {
    Ended {
      out = List.copyOf(out);
    }
  }

  static Actor start(List<String> command) {
    return new Actor(command);
  }

  /// Runs a command to its end, with no input.
  static Ended run(List<String> command) {
    try (Actor actor = start(command)) {
      return actor.end();
    }
  }

  /// Runs a command that must succeed.
  static List<String> mustRun(String... command) {
    Ended ended = run(List.of(command));
    if (ended.exitCode() != 0) {
      throw new AssertionError(List.of(command) + " ended so: " + ended);
    }
    return ended.out();
  }

  private static Thread listen(InputStream from, Consumer<String> to) {
    return Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try (BufferedReader lines =
              new BufferedReader(new InputStreamReader(from, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
              to.accept(line);
            }
          } catch (IOException _) {
            // it was ended while it spoke
          }
        });
  }

  /// The next line it says.
  ///
  /// @throws AssertionError if it ends or says nothing for some minutes
  String line() {
    return line(PATIENCE);
  }

  /// @throws AssertionError if it ends or says nothing for so long
  String line(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (System.nanoTime() < deadline) {
      Optional<String> line = poll();
      if (line.isPresent()) {
        return line.get();
      }
      if (!listener.isAlive() && said.isEmpty()) {
        throw new AssertionError(command + " ended so: " + end());
      }
    }
    throw new AssertionError(command + " said nothing for " + patience + "; " + complaints);
  }

  private Optional<String> poll() {
    try {
      return Optional.ofNullable(said.poll(50, TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// Gives it a line to obey.
  void tell(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new AssertionError(command + " does not listen; it ended so: " + end(), e);
    }
  }

  /// Of the process that was started; the one that writes may be a child of it.
  long pid() {
    return process.pid();
  }

  /// Ends its input, waits for it, and gives what it said and nobody has heard yet.
  Ended end() {
    try {
      closeInput();
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError(command + " did not end within " + PATIENCE + "; " + complaints);
      }
      listener.join(PATIENCE);
      complaintsListener.join(PATIENCE);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    List<String> rest = new ArrayList<>();
    said.drainTo(rest);
    return new Ended(process.exitValue(), rest, String.join("\n", complaints));
  }

  /// SIGKILL; gives what it said and nobody has heard yet.
  Ended kill() {
    process.destroyForcibly();
    return end();
  }

  private void closeInput() {
    try {
      process.getOutputStream().close();
    } catch (IOException _) {
      // it does not listen any more
    }
  }

  /// Ends it. What it started ends with it.
  @Override
  public void close() {
    closeInput();
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      throw new AssertionError(e);
    }
  }
}
