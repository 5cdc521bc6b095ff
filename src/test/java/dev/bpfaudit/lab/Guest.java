package dev.bpfaudit.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Runs command lines in guests, by the same script that a person uses.
final class Guest {
  /// The exit code of a guest that died, hung or gave no result.
  static final int DIED = 125;

  private static final Path SCRIPT = Path.of("src/test/lab/guest");

  private final String series;
  private final List<String> options = new ArrayList<>();

  Guest(String series) {
    this.series = series;
  }

  /// Adds an option of the script.
  Guest with(String option, String value) {
    options.addAll(List.of(option, value));
    return this;
  }

  /// What came of a command.
  ///
  /// @param results what it left in the guest's `/results`
  record Run(String series, int exitCode, String out, String err, Path results) {}

  /// @param directory for what comes back; it is made
  Run run(Path directory, String... command) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    List<String> line = new ArrayList<>(List.of(SCRIPT.toString(), "--target", "target"));
    line.addAll(options);
    line.addAll(List.of("--results", directory.toString()));
    line.addAll(List.of("--console", directory.resolve("console").toString()));
    line.add(series);
    line.addAll(List.of(command));
    Path out = directory.resolve("out");
    Path err = directory.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
    String kernels = System.getProperty("kernels.dir", "");
    if (!kernels.isEmpty()) {
      builder.environment().put("KERNELS_DIR", kernels);
    }
    Process process = builder.start();
    process.getOutputStream().close();
    try {
      return new Run(series, process.waitFor(), text(out), text(err), directory);
    } finally {
      process.destroy(); // if interrupted: the script ends its guest
    }
  }

  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
