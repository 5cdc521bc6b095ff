package dev.bpfaudit.lab;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Compares which tests ran with those that are marked, whatever came of them.
final class SameTests {
  private SameTests() {}

  /// @param marked every kernel test
  /// @param cases how many cases each has where all can run
  /// @throws AssertionError naming those that did not run, or not with all cases
  static void check(KernelRun run, Set<String> marked, Map<String, Long> cases) {
    Map<String, Long> ran = cases(List.of(run));
    Set<String> skipping =
        run.tests().stream()
            .filter(test -> test.outcome() instanceof Outcome.Skipped)
            .map(TestResult::test)
            .collect(Collectors.toSet());
    TreeSet<String> missing = new TreeSet<>();
    for (String test : marked) {
      long wanted = skipping.contains(test) ? 1 : cases.getOrDefault(test, 1L);
      if (ran.getOrDefault(test, 0L) < wanted) {
        missing.add("%s (%d of %d)".formatted(test, ran.getOrDefault(test, 0L), wanted));
      }
    }
    if (!missing.isEmpty()) {
      throw new AssertionError(
          "kernel %s: tests that did not run: %s".formatted(run.kernel(), missing));
    }
  }

  /// The most cases that each test had in any of these runs.
  static Map<String, Long> cases(List<KernelRun> runs) {
    Map<String, Long> most = new TreeMap<>();
    for (KernelRun run : runs) {
      run.tests().stream()
          .collect(Collectors.groupingBy(TestResult::test, Collectors.counting()))
          .forEach((test, count) -> most.merge(test, count, Math::max));
    }
    return most;
  }
}
