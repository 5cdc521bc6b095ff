package dev.bpfaudit.lab;

import dev.bpfaudit.kernel.LiveKernel;
import dev.bpfaudit.model.Probe;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;

/// Decides whether the running kernel can be asked to pass a [KernelTest].
public final class KernelNeeds implements ExecutionCondition {
  private static final KernelVersion RUNNING = KernelVersion.running();

  @Override
  public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
    return AnnotationSupport.findAnnotation(context.getElement(), KernelTest.class)
        .map(needs -> decide(needs.since(), needs.feature(), RUNNING, Probes.ANSWERED))
        .orElse(ConditionEvaluationResult.enabled("needs nothing"));
  }

  /// @throws AssertionError if the kernel ought to have the feature and has not, or cannot tell
  static ConditionEvaluationResult decide(
      String since, String feature, KernelVersion running, Iterable<Probe> probes) {
    if (!since.isEmpty() && running.isOlderThan(KernelVersion.of(since))) {
      return ConditionEvaluationResult.disabled("needs Linux " + since);
    }
    return feature.isEmpty()
        ? ConditionEvaluationResult.enabled("this kernel is new enough")
        : decide(find(feature, probes), running);
  }

  private static ConditionEvaluationResult decide(Probe probe, KernelVersion running) {
    if (probe.answer() == Probe.Answer.YES) {
      return ConditionEvaluationResult.enabled("this kernel has " + probe.name());
    }
    String since = probe.since();
    if (since != null && running.isOlderThan(KernelVersion.of(since))) {
      return ConditionEvaluationResult.disabled(probe.name() + " needs Linux " + since);
    }
    throw new AssertionError(
        "Linux %s ought to have %s, and doctor answers %s: %s"
            .formatted(running, probe.name(), probe.answer(), probe.detail()));
  }

  private static Probe find(String feature, Iterable<Probe> probes) {
    for (Probe probe : probes) {
      if (probe.name().equals(feature)) {
        return probe;
      }
    }
    throw new AssertionError("doctor has no probe named " + feature);
  }

  /// Ends a test whose subject `what` the running kernel is too old for; for tests whose cases need
  /// different releases.
  public static void since(String release, String what) {
    if (RUNNING.isOlderThan(KernelVersion.of(release))) {
      throw new TestAbortedException(what + " needs Linux " + release);
    }
  }

  /// Asked once, and only when a test needs it.
  private static final class Probes {
    static final List<Probe> ANSWERED = new LiveKernel(Clock.systemUTC()).probe();
  }
}
