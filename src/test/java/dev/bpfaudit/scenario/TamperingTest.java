package dev.bpfaudit.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.kernel.TracerRequest.Sizes;
import dev.bpfaudit.lab.KernelNeeds;
import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.lab.ScenarioMatrix;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.Probe;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/// Whoever switches the tracer's hooks off, takes them away or writes into its ledger is told of,
/// and nothing counts as watched that was not. Needs root and bpftool.
@KernelTest
final class TamperingTest {
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
    try (Watch watch = new Watch(directory)) {
      EnumSet<HookKind> kinds = EnumSet.of(kind, HookKind.TRACEPOINT);
      if (watch.install(kinds, Sizes.USUAL).kind() != kind) {
        return IntStream.rangeClosed(1, attacks(kind))
            .mapToObj(each ->
                DynamicTest.dynamicTest(kind.label + " attack " + each, () -> refused(kind)))
            .toList();
      }
      Map<String, Attack.Outcome> outcomes = new Attack(watch, kind).all();
      return outcomes.entrySet().stream()
          .map(one ->
              DynamicTest.dynamicTest(
                  kind.label + " " + one.getKey(), () -> check(kind, one.getKey(), one.getValue())))
          .toList();
    }
  }

  private static void check(HookKind kind, String name, Attack.Outcome outcome) throws Exception {
    switch (outcome) {
      case Attack.Told(String word) -> ScenarioMatrix.check(kind.label, name, word);
      case Attack.Failed(Throwable cause) ->
          throw new AssertionError(kind.label + " " + name + ": " + cause.getMessage(), cause);
    }
  }

  /// As many cases as where the kernel allows such hooks: two on links, nine or ten on the ledger,
  /// and two on switches and canaries.
  private static int attacks(HookKind kind) {
    return kind == HookKind.FENTRY ? 14 : 13;
  }

  private static void refused(HookKind kind) {
    if (kind == HookKind.KPROBE) {
      KernelNeeds.since("5.15", "a kprobe that stays attached"); // b89fbfbb854c
    }
    assertThat(new ReadBack().probe(kind.label).answer()).isEqualTo(Probe.Answer.NO);
  }
}
