package dev.bpfaudit.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.opentest4j.TestAbortedException;

/// Makes the results of one kernel tests of the run that started it.
final class KernelNodes {
  private KernelNodes() {}

  /// @param cases how many cases each test has where all can run
  /// @param nativeDemo what the demonstration reports on this machine
  static List<DynamicTest> of(KernelRun run, Map<String, Long> cases, JsonNode nativeDemo) {
    String kernel = "kernel " + run.kernel();
    List<DynamicTest> nodes = new ArrayList<>();
    nodes.add(
        DynamicTest.dynamicTest(
            kernel + " runs to its end",
            () -> {
              if (!run.trouble().isEmpty()) {
                throw new AssertionError(run.trouble());
              }
            }));
    if (!run.trouble().isEmpty()) {
      return nodes;
    }
    run.tests().forEach(test -> nodes.add(node(run, test)));
    nodes.add(
        DynamicTest.dynamicTest(
            kernel + " runs every kernel test",
            () -> SameTests.check(run, KernelTests.marked(), cases)));
    nodes.add(
        DynamicTest.dynamicTest(
            kernel + " skips what it is expected to skip", () -> ExpectedSkips.checkOrWrite(run)));
    nodes.add(
        DynamicTest.dynamicTest(
            kernel + " reports the demonstration as this machine does",
            () ->
                assertThat(DemoReport.comparable(run.demo()))
                    .as(kernel)
                    .isEqualTo(DemoReport.comparable(nativeDemo))));
    return nodes;
  }

  private static DynamicTest node(KernelRun run, TestResult test) {
    return DynamicTest.dynamicTest(
        "kernel " + run.kernel() + " " + test.name(),
        () -> {
          switch (test.outcome()) {
            case Outcome.Passed() -> {}
            case Outcome.Skipped(String reason) ->
                throw new TestAbortedException("kernel " + run.kernel() + ": " + reason);
            case Outcome.Failed(String what) ->
                throw new AssertionError(
                    "kernel %s (%s): %s: %s"
                        .formatted(run.kernel(), run.release(), test.name(), what));
          }
        });
  }
}
