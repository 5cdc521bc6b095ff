package dev.bpfaudit.lab;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// How surely each scenario is told on each kernel: a file of lines `series hooks scenario: level`.
/// The tests compare with a copy of it that lies beside the compiled scenarios, so in guests too.
public final class ScenarioMatrix {
  static final Path FILE = Path.of("src/test/scenarios/matrix.txt");

  /// Its copies, and what was seen in a guest, are called so.
  private static final String NAME = "matrix.txt";

  private static final Path RESULTS = Path.of("/results");
  private static final List<String> BEST_FIRST =
      List.of(
          "critical",
          "high",
          "named",
          "refused",
          "counted",
          "confirmed",
          "probable",
          "candidate",
          "unexplained",
          "unobserved",
          "unseen",
          "nothing");

  private ScenarioMatrix() {}

  /// One line.
  record Cell(String series, String hooks, String scenario, String level) {
    static Cell of(String line) {
      String[] words = line.split(" ", 3);
      int colon = words[2].lastIndexOf(": ");
      String scenario = words[2].substring(0, colon);
      return new Cell(words[0], words[1], scenario, words[2].substring(colon + 2));
    }

    private boolean isFor(Cell other) {
      return series.equals(other.series)
          && hooks.equals(other.hooks)
          && scenario.equals(other.scenario);
    }

    @Override
    public String toString() {
      return "%s %s %s: %s".formatted(series, hooks, scenario, level);
    }
  }

  /// All that is written down.
  static List<Cell> written() throws IOException {
    return read(FILE);
  }

  private static List<Cell> read(Path file) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(Cell::of)
        .toList();
  }

  /// Compares what was seen with what is written of the running kernel's series; of a series of
  /// which nothing is written, anything is right.
  ///
  /// @throws AssertionError if it is another level, be it better
  public static void check(String hooks, String scenario, String level) throws IOException {
    Cell seen = new Cell(KernelVersion.running().toString(), hooks, scenario, level);
    keep(seen);
    String before = before(seen);
    if (!before.equals(level)) {
      boolean better = BEST_FIRST.indexOf(level) < BEST_FIRST.indexOf(before);
      throw new AssertionError(
          "%s, which is %s than %s, as %s says. If that is meant, run the laboratory with -Dgolden.write=true."
              .formatted(seen, better ? "better" : "worse", before, FILE));
    }
  }

  /// Whether it is a worse level than is written.
  public static boolean isWorse(String hooks, String scenario, String level) throws IOException {
    Cell seen = new Cell(KernelVersion.running().toString(), hooks, scenario, level);
    return BEST_FIRST.indexOf(level) > BEST_FIRST.indexOf(before(seen));
  }

  /// The level that is written for a scenario; the one seen if nothing is written of its series.
  private static String before(Cell seen) throws IOException {
    List<Cell> expected =
        read(beside()).stream().filter(cell -> cell.series.equals(seen.series)).toList();
    return expected.isEmpty()
        ? seen.level
        : expected.stream().filter(seen::isFor).map(Cell::level).findFirst().orElse("nothing");
  }

  /// In a guest, for the run that started it.
  private static void keep(Cell seen) throws IOException {
    if (Files.isDirectory(RESULTS)) {
      Files.writeString(
          RESULTS.resolve(NAME), seen + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }

  private static Path beside() {
    try {
      Path classes =
          Path.of(ScenarioMatrix.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return classes.resolveSibling("scenarios").resolve(NAME);
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /// Fails unless a guest saw every cell that is written of its series; writes down what it saw, on
  /// request.
  ///
  /// @param results what the guest left
  static void checkOrWrite(String series, Path results) throws IOException {
    List<Cell> seen = read(results.resolve(NAME));
    if (Boolean.getBoolean("golden.write")) {
      write(series, seen);
      return;
    }
    List<Cell> missing = new ArrayList<>(written());
    missing.removeIf(cell -> !cell.series.equals(series) || seen.contains(cell));
    if (!missing.isEmpty()) {
      throw new AssertionError("kernel %s: not seen: %s".formatted(series, missing));
    }
  }

  private static synchronized void write(String series, List<Cell> seen) throws IOException {
    List<String> comments =
        Files.readAllLines(FILE).stream().filter(line -> line.startsWith("#")).toList();
    List<Cell> others = written().stream().filter(cell -> !cell.series.equals(series)).toList();
    Files.writeString(
        FILE,
        Stream.concat(
                comments.stream(),
                Stream.concat(others.stream(), seen.stream()).map(Cell::toString).sorted())
            .collect(Collectors.joining("\n", "", "\n")));
  }
}
