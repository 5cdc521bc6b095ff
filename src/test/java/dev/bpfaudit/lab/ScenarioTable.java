package dev.bpfaudit.lab;

import dev.bpfaudit.lab.ScenarioMatrix.Cell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// The README's table of who is named, scenario by scenario: the matrix, for people.
final class ScenarioTable {
  private static final Path README = Path.of("README.md");
  private static final String BEGIN = "<!-- scenarios: written by the test run -->\n";
  private static final String END = "<!-- end of scenarios -->\n";
  private static final List<String> HOOKS = List.of("fentry", "kprobe", "tracepoint");
  private static final String NONE = "–";

  private ScenarioTable() {}

  /// Fails if the README's table is not the matrix; rewrites it on request.
  static void check() throws IOException {
    String readme = Files.readString(README);
    int begin = readme.indexOf(BEGIN) + BEGIN.length();
    int end = readme.indexOf(END);
    String table = render(ScenarioMatrix.written());
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(README, readme.substring(0, begin) + table + readme.substring(end));
    } else if (!readme.substring(begin, end).equals(table)) {
      throw new AssertionError(
          "the README's table of scenarios is not " + ScenarioMatrix.FILE + ":\n" + table);
    }
  }

  private static String render(List<Cell> cells) {
    List<String> series =
        cells.stream()
            .map(Cell::series)
            .distinct()
            .map(KernelVersion::of)
            .sorted(
                Comparator.comparingInt(KernelVersion::major)
                    .thenComparingInt(KernelVersion::minor))
            .map(KernelVersion::toString)
            .toList();
    List<List<String>> rows = new ArrayList<>();
    rows.add(Stream.concat(Stream.of("Scenario"), series.stream()).toList());
    rows.add(rows.getFirst().stream().map(_ -> "---").toList());
    for (String scenario : cells.stream().map(Cell::scenario).distinct().sorted().toList()) {
      List<String> row = new ArrayList<>(List.of(scenario));
      series.forEach(one -> row.add(cell(cells, one, scenario)));
      rows.add(row);
    }
    StringBuilder text = new StringBuilder();
    rows.forEach(row -> text.append("| ").append(String.join(" | ", row)).append(" |\n"));
    return text.toString();
  }

  /// By each kind of hooks, in one word if all say the same.
  private static String cell(List<Cell> cells, String series, String scenario) {
    List<String> levels =
        HOOKS.stream().map(hooks -> level(cells, series, hooks, scenario)).toList();
    boolean same = levels.stream().distinct().count() == 1;
    return same ? levels.getFirst() : String.join(" / ", levels);
  }

  private static String level(List<Cell> cells, String series, String hooks, String scenario) {
    return cells.stream()
        .filter(cell -> cell.series().equals(series))
        .filter(cell -> cell.hooks().equals(hooks) && cell.scenario().equals(scenario))
        .map(Cell::level)
        .findFirst()
        .orElse(NONE);
  }
}
