package dev.bpfaudit.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The README's table of what works on which kernel: what `doctor` answered in the guests.
final class KernelTable {
  private static final Path README = Path.of("README.md");
  private static final String BEGIN = "<!-- kernels: written by the test run -->\n";
  private static final String END = "<!-- end of kernels -->\n";

  private KernelTable() {}

  /// Fails if the README's table is not that of these runs; rewrites it on request.
  ///
  /// @param whole whether every series ran; a narrowed run checks its own columns
  static void check(List<KernelRun> runs, boolean whole) throws IOException {
    String readme = Files.readString(README);
    int begin = readme.indexOf(BEGIN) + BEGIN.length();
    int end = readme.indexOf(END);
    String table = readme.substring(begin, end);
    if (whole && Boolean.getBoolean("golden.write")) {
      Files.writeString(README, readme.substring(0, begin) + render(runs) + readme.substring(end));
      return;
    }
    for (KernelRun run : runs) {
      Map<String, String> written = column(table, run.kernel());
      Map<String, String> seen = answers(run);
      if (!written.equals(seen)) {
        throw new AssertionError(
            "kernel %s: the README's table is stale (run with -Dgolden.write=true): it says %s, seen %s"
                .formatted(run.kernel(), written, seen));
      }
    }
  }

  private static String render(List<KernelRun> runs) {
    List<List<String>> rows = new ArrayList<>();
    List<String> head = new ArrayList<>(List.of("`doctor` says"));
    runs.forEach(run -> head.add(run.kernel()));
    rows.add(head);
    for (String probe : answers(runs.getFirst()).keySet()) {
      List<String> row = new ArrayList<>(List.of("`" + probe + "`"));
      runs.forEach(run -> row.add(answers(run).getOrDefault(probe, "")));
      rows.add(row);
    }
    rows.add(1, new ArrayList<>(head.stream().map(_ -> "---").toList()));
    StringBuilder text = new StringBuilder();
    rows.forEach(row -> text.append("| ").append(String.join(" | ", row)).append(" |\n"));
    return text.toString();
  }

  /// What a kernel can do, by the probe's name; how a host is set up says nothing of its kernel.
  private static Map<String, String> answers(KernelRun run) {
    Map<String, String> answers = new LinkedHashMap<>();
    for (JsonNode probe : run.doctor().path("probes")) {
      String group = probe.path("group").asText();
      String name = probe.path("name").asText();
      if (group.equals("tracing") || name.startsWith("batch.")) {
        answers.put(name, answer(probe));
      }
    }
    return answers;
  }

  private static String answer(JsonNode probe) {
    String answer = probe.path("answer").asText();
    String errno = probe.path("errno").asText("");
    return answer.equals("no") && !errno.isEmpty() && !errno.equals("null")
        ? "no (" + errno + ")"
        : answer;
  }

  private static Map<String, String> column(String table, String kernel) {
    Map<String, String> column = new LinkedHashMap<>();
    List<String> lines = table.lines().toList();
    List<String> head = lines.isEmpty() ? List.of() : cells(lines.getFirst());
    int at = head.indexOf(kernel);
    for (int i = 2; at > 0 && i < lines.size(); i++) {
      List<String> cells = cells(lines.get(i));
      column.put(cells.getFirst().replace("`", ""), cells.get(at));
    }
    return column;
  }

  private static List<String> cells(String row) {
    List<String> cells = List.of(row.split("\\|", -1));
    return cells.subList(1, cells.size() - 1).stream().map(String::strip).toList();
  }
}
