package dev.bpfaudit.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.lab.KernelNeeds;
import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.lab.ScenarioMatrix;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.Probe;
import dev.bpfaudit.scenario.Round.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;

/// Who is named for each scenario, and how surely, amid ten others who write other keys and maps.
/// Needs root and bpftool.
@KernelTest
final class ScenariosTest {
  /// A preempted task keeps the kernel from running the hook it was in for others on its processor,
  /// which an emulated one makes long; the kernel counts that, and it is told as a loss.
  private static final int ROUNDS = 3;

  @TempDir private Path directory;

  @TestFactory
  List<DynamicTest> whereFunctionsCanBeHooked() throws Exception {
    return tests(HookKind.FENTRY);
  }

  @TestFactory
  List<DynamicTest> bySystemCallAndKprobes() throws Exception {
    return tests(HookKind.KPROBE);
  }

  @TestFactory
  List<DynamicTest> bySystemCallAlone() throws Exception {
    return tests(HookKind.TRACEPOINT);
  }

  private List<DynamicTest> tests(HookKind kind) throws Exception {
    Map<Scenario, Outcome> outcomes = new LinkedHashMap<>();
    List<Scenario> left = Scenario.all();
    boolean skipped = true;
    for (int round = 1; skipped && !left.isEmpty() && round <= ROUNDS; round++) {
      Round.Played played = Round.play(directory.resolve(kind.label + round), kind, left);
      outcomes.putAll(played.outcomes());
      skipped = played.skipped();
      left = left(kind, outcomes);
      if (skipped && !left.isEmpty()) {
        System.out.printf("%s, round %d, in which hooks were skipped: %s%n", kind, round, left);
      }
    }
    return Scenario.all().stream()
        .map(scenario ->
            DynamicTest.dynamicTest(
                kind.label + " " + scenario.name(), () -> check(kind, scenario, outcomes)))
        .toList();
  }

  /// Those of which less was told than is written. That a wrong thing was told is nobody's excuse.
  private static List<Scenario> left(HookKind kind, Map<Scenario, Outcome> outcomes)
      throws IOException {
    List<Scenario> left = new ArrayList<>();
    for (Map.Entry<Scenario, Outcome> entry : outcomes.entrySet()) {
      String name = entry.getKey().name();
      boolean less =
          switch (entry.getValue()) {
            case Round.Rated(var level) -> ScenarioMatrix.isWorse(kind.label, name, level.label);
            case Round.Unseen() -> ScenarioMatrix.isWorse(kind.label, name, "unseen");
            case Round.Failed(var cause) -> cause instanceof Missed;
            case Round.NotActed() -> false;
          };
      if (less) {
        left.add(entry.getKey());
      }
    }
    return left;
  }

  private static void check(HookKind kind, Scenario scenario, Map<Scenario, Outcome> outcomes)
      throws Exception {
    if (outcomes.isEmpty()) {
      if (kind == HookKind.KPROBE) {
        KernelNeeds.since("5.15", "a kprobe that stays attached"); // b89fbfbb854c
      }
      assertThat(new ReadBack().probe(kind.label).answer()).isEqualTo(Probe.Answer.NO);
      return;
    }
    switch (outcomes.get(scenario)) {
      case Round.Rated(var level) -> ScenarioMatrix.check(kind.label, scenario.name(), level.label);
      case Round.Unseen() -> ScenarioMatrix.check(kind.label, scenario.name(), "unseen");
      case Round.NotActed() -> {}
      case Round.Failed(TestAbortedException unable) -> throw unable;
      case Round.Failed(var cause) ->
          throw new AssertionError(kind.label + " " + scenario + ": " + cause.getMessage(), cause);
      case null -> throw new AssertionError("nothing came of " + scenario);
    }
  }
}
