package dev.bpfaudit.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which tests each kernel skips and why: a file of lines `kernel test: reason`.
final class ExpectedSkips {
  static final Path FILE = Path.of("src/test/lab/expected-skips.txt");

  private ExpectedSkips() {}

  /// Fails with what differs, or writes down what was seen, on request.
  static void checkOrWrite(KernelRun run) throws IOException {
    if (Boolean.getBoolean("golden.write")) {
      write(run.series(), lines(run));
    } else {
      check(run);
    }
  }

  /// Fails with what differs.
  static void check(KernelRun run) throws IOException {
    List<String> seen = lines(run);
    List<String> expected = read(line -> line.startsWith(run.series() + " "));
    TreeSet<String> unexpected = new TreeSet<>(seen);
    expected.forEach(unexpected::remove);
    TreeSet<String> missing = new TreeSet<>(expected);
    seen.forEach(missing::remove);
    if (!unexpected.isEmpty() || !missing.isEmpty()) {
      throw new AssertionError(
          "kernel %s: skipped but not expected in %s: %s; expected but not skipped: %s"
              .formatted(run.kernel(), FILE, unexpected, missing));
    }
  }

  private static List<String> lines(KernelRun run) {
    return run.tests().stream()
        .flatMap(test ->
            test.outcome() instanceof Outcome.Skipped(String reason)
                ? Stream.of(run.series() + " " + test.test() + ": " + reason)
                : Stream.empty())
        .distinct()
        .sorted()
        .toList();
  }

  private static List<String> read(Predicate<String> wanted) throws IOException {
    return Files.readAllLines(FILE).stream().filter(wanted).toList();
  }

  private static synchronized void write(String kernel, List<String> seen) throws IOException {
    List<String> others = read(line -> !line.startsWith(kernel + " ") && !line.startsWith("#"));
    List<String> comments = read(line -> line.startsWith("#"));
    Files.writeString(
        FILE,
        Stream.concat(comments.stream(), Stream.concat(others.stream(), seen.stream()).sorted())
            .collect(Collectors.joining("\n", "", "\n")));
  }
}
