package dev.bpfaudit.packaged;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Runs real commands and waits for them.
final class Command {
  static final String BPFAUDIT =
      Path.of(System.getProperty("bpfaudit.command", "bpfaudit")).toAbsolutePath().toString();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private Command() {}

  record Result(int exitCode, String out, String err) {}

  static Result bpfaudit(Path store, String... arguments) {
    List<String> line = new ArrayList<>(List.of("env", "BPFAUDIT_STORE=" + store, BPFAUDIT));
    line.addAll(List.of(arguments));
    return run(line);
  }

  /// Runs bpftool and fails if it does.
  static String bpftool(String... arguments) {
    List<String> line = new ArrayList<>(List.of("bpftool"));
    line.addAll(List.of(arguments));
    Result result = run(line);
    if (result.exitCode() != 0) {
      throw new AssertionError(line + " failed: " + result);
    }
    return result.out();
  }

  static Result shell(String script) {
    return run(List.of("bash", "-c", script));
  }

  static Process start(List<String> line, Path out, Path err) throws IOException {
    var builder = new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().merge("PATH", ":/usr/sbin:/sbin", String::concat);
    return builder.start();
  }

  static Result run(List<String> line) {
    try {
      Path out = Files.createTempFile("bpfaudit-test", ".out");
      Path err = Files.createTempFile("bpfaudit-test", ".err");
      try {
        Process process = start(line, out, err);
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
          process.destroyForcibly().waitFor();
          throw new AssertionError(line + " did not end within " + PATIENCE);
        }
        return new Result(process.exitValue(), text(out), text(err));
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError("interrupted while " + line + " ran", e);
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
