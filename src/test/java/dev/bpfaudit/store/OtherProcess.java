package dev.bpfaudit.store;

import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.FlatTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/// A second JVM that uses a store until it is killed.
final class OtherProcess implements AutoCloseable {
  private final Process process;
  private final BufferedReader out;

  private OtherProcess(Process process) {
    this.process = process;
    this.out = process.inputReader();
  }

  /// One that opens the store, says so, and keeps it.
  static OtherProcess holding(Path store) throws IOException {
    return start("hold", store);
  }

  /// One that records snapshot after snapshot and says the number of each.
  static OtherProcess recording(Path store) throws IOException {
    return start("record", store);
  }

  private static OtherProcess start(String mode, Path store) throws IOException {
    String java = ProcessHandle.current().info().command().orElseThrow();
    return new OtherProcess(
        new ProcessBuilder(
                java,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                OtherProcess.class.getName(),
                mode,
                store.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  long pid() {
    return process.pid();
  }

  /// The next line it says, empty at its end.
  String heard() throws IOException {
    String line = out.readLine();
    return line == null ? "" : line;
  }

  /// SIGKILL; returns when it is dead.
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() throws IOException {
    kill();
    out.close();
  }

  static void main(String[] args) throws InterruptedException {
    try (Store store = Store.open(Path.of(args[1]), OtherProcess::say)) {
      say("open");
      if (args[0].equals("hold")) {
        Thread.sleep(60_000);
      }
      long seed = System.nanoTime();
      while (true) {
        List<FlatTable> tables =
            List.of(
                Samples.random(seed++, 4_000, 250),
                Samples.random(3, 500, 9),
                Samples.random(seed, 1, 9));
        Capture capture = Samples.capture(Samples.HOST, Samples.NOON, tables);
        say(Long.toString(Samples.record(store, capture).number()));
      }
    }
  }

  private static void say(String line) {
    System.out.println(line);
  }
}
