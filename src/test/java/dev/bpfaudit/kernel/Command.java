package dev.bpfaudit.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Runs another program to its end.
final class Command {
  private Command() {}

  /// What it prints; it must succeed.
  static String run(List<String> words) {
    Result result = start(words);
    if (result.status != 0) {
      throw new AssertionError(words + " ended with " + result.status + ": " + result.output);
    }
    return result.output;
  }

  /// What it prints, whether it succeeds or not.
  static String attempt(List<String> words) {
    return start(words).output;
  }

  private record Result(int status, String output) {}

  private static Result start(List<String> words) {
    try {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), output);
    } catch (IOException e) {
      throw new AssertionError(words + " cannot be run; install it", e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
