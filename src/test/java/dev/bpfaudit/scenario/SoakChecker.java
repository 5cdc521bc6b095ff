package dev.bpfaudit.scenario;

import java.io.BufferedReader;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The process that checks during a soak: `bpfaudit watch`, or `check` again and again in one JVM
/// where this build has no such command.
final class SoakChecker implements AutoCloseable {
  private final Process process;
  private final Thread listener;

  private SoakChecker(Process process, Consumer<String> heard) {
    this.process = process;
    this.listener = Thread.ofPlatform().start(() -> listen(heard));
  }

  static SoakChecker start(int seconds, String store, Consumer<String> heard) throws IOException {
    boolean watches =
        Actor.mustRun("bpfaudit", "--help").stream()
            .anyMatch(line -> line.strip().startsWith("watch "));
    List<String> options = List.of("--store", store, "--format", "jsonl");
    List<String> command =
        watches
            ? List.of("bpfaudit", "watch", "--every", seconds + "s")
            : List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-XX:MaxNewSize=16m",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.bpfaudit.cli.RepeatedChecks",
                Integer.toString(seconds),
                "check");
    Process started =
        new ProcessBuilder(Stream.of(command, options).flatMap(List::stream).toList())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    return new SoakChecker(started, heard);
  }

  private void listen(Consumer<String> heard) {
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        heard.accept(line);
      }
    } catch (IOException _) {
      // it was ended while it spoke
    }
  }

  /// Of the JVM: the launcher becomes it.
  ///
  /// @throws AssertionError if it has ended
  long pid() {
    if (!process.isAlive()) {
      throw new AssertionError("it ended with " + process.exitValue());
    }
    return process.pid();
  }

  /// SIGTERM, and what it says until it ends.
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(2, TimeUnit.MINUTES)) {
        process.destroyForcibly().waitFor();
      }
      listener.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
