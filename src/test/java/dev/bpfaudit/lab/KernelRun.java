package dev.bpfaudit.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// All kernel tests, the demonstration and `doctor`, once, on one kernel.
///
/// @param kernel the series, or `native`
/// @param release what ran, for people
/// @param trouble what kept it from being whole; empty if nothing did
record KernelRun(
    String kernel,
    String release,
    String trouble,
    List<TestResult> tests,
    JsonNode demo,
    JsonNode doctor) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String RUNNER = "/opt/tests/run";

  KernelRun {
    tests = List.copyOf(tests);
  }

  /// In a guest.
  ///
  /// @param directory for what comes back
  /// @param selection more options of JUnit's console launcher
  static KernelRun inGuest(String series, Path directory, String... selection)
      throws IOException, InterruptedException {
    forget(directory);
    List<String> command = new ArrayList<>(List.of(RUNNER));
    command.addAll(List.of(selection));
    Guest guest =
        new Guest(series)
            .with("--memory", "3072")
            .with("--timeout", "3600")
            .with("--file", "src/test/lab/tests:" + RUNNER);
    return of(guest.run(directory, command.toArray(String[]::new)));
  }

  /// What a guest gave back. Whatever is wrong with that is its kernel's trouble, not the others'.
  static KernelRun of(Guest.Run run) {
    String series = run.series();
    if (run.exitCode() != 0) {
      return broken(series, run.err().strip());
    }
    try {
      List<TestResult> tests = reports(run.results().resolve("junit"), "TEST-.*\\.xml");
      return new KernelRun(
          series,
          run.err().lines().findFirst().orElse("").replaceFirst("^kernel series .*?: ", ""),
          trouble(series, run.results(), tests),
          tests,
          json(run.results().resolve("demo.json")),
          json(run.results().resolve("doctor.json")));
    } catch (IOException e) {
      return broken(series, "its results cannot be read: " + e);
    }
  }

  /// The series of this kernel, also if it is that of this machine.
  String series() {
    return KernelVersion.of(kernel.equals("native") ? release : kernel).toString();
  }

  /// The launcher ends with 1 when a test failed; anything else that is not 0 is its own failure,
  /// or that of what stands around the tests.
  private static String trouble(String series, Path directory, List<TestResult> tests)
      throws IOException {
    String code = Files.readString(directory.resolve("tests.exit")).strip();
    boolean failed = tests.stream().anyMatch(test -> test.outcome() instanceof Outcome.Failed);
    boolean sound = !tests.isEmpty() && (code.equals("0") || (code.equals("1") && failed));
    return sound
        ? ""
        : "kernel %s: %d tests ran, and the launcher ended with %s:%n%s"
            .formatted(series, tests.size(), code, tail(directory.resolve("tests.txt")));
  }

  /// On this machine, as Maven has just run them.
  static KernelRun natively(Path target, JsonNode demo, JsonNode doctor) throws IOException {
    Set<String> marked = KernelTests.marked();
    List<TestResult> tests = new ArrayList<>();
    for (String reports : List.of("surefire-reports", "failsafe-reports")) {
      tests.addAll(reports(target.resolve(reports), "TEST-.*\\.xml"));
    }
    tests.removeIf(test -> !marked.contains(test.test()));
    return new KernelRun("native", doctor.at("/host/kernel").asText(), "", tests, demo, doctor);
  }

  /// What an earlier run left must not count for this one.
  private static void forget(Path directory) throws IOException {
    if (Files.exists(directory)) {
      List<Path> left;
      try (Stream<Path> files = Files.walk(directory)) {
        left = files.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path path : left) {
        Files.delete(path);
      }
    }
  }

  private static KernelRun broken(String series, String trouble) {
    return new KernelRun(
        series,
        series,
        "kernel " + series + ": " + trouble,
        List.of(),
        JSON.createObjectNode(),
        JSON.createObjectNode());
  }

  private static List<TestResult> reports(Path directory, String names) throws IOException {
    List<TestResult> tests = new ArrayList<>();
    if (Files.isDirectory(directory)) {
      List<Path> files;
      try (Stream<Path> all = Files.list(directory)) {
        files = all.filter(file -> file.getFileName().toString().matches(names)).sorted().toList();
      }
      for (Path file : files) {
        tests.addAll(JUnitReport.read(file));
      }
    }
    return tests;
  }

  /// An empty object if the command was not among what ran.
  private static JsonNode json(Path file) throws IOException {
    return Files.exists(file) ? JSON.readTree(file.toFile()) : JSON.createObjectNode();
  }

  private static String tail(Path file) throws IOException {
    List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 60), lines.size()));
  }

  List<Outcome.Skipped> skipped() {
    return tests.stream()
        .map(TestResult::outcome)
        .filter(Outcome.Skipped.class::isInstance)
        .map(Outcome.Skipped.class::cast)
        .toList();
  }

  /// For people: how many ran, passed, were skipped and why.
  String summary() {
    StringBuilder text = new StringBuilder();
    long passed = tests.stream().filter(test -> test.outcome() instanceof Outcome.Passed).count();
    long skips = skipped().size();
    text.append(
        "kernel %s (%s): %d tests run, %d passed, %d failed, %d skipped%n"
            .formatted(
                kernel,
                release,
                tests.size() - skips,
                passed,
                tests.size() - skips - passed,
                skips));
    for (TestResult test : tests) {
      if (test.outcome() instanceof Outcome.Skipped(String reason)) {
        text.append("  skipped %s: %s%n".formatted(test.test(), reason));
      }
    }
    return text.toString();
  }
}
