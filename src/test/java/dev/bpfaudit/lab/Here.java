package dev.bpfaudit.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Runs commands on this machine.
final class Here {
  private Here() {}

  /// What it prints on standard output; it must succeed.
  static String run(String... line) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new AssertionError(List.of(line) + " ended with " + process.exitValue());
    }
    return out;
  }
}
