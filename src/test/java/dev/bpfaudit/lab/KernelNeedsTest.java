package dev.bpfaudit.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bpfaudit.model.Probe;
import java.util.List;
import org.junit.jupiter.api.Test;

final class KernelNeedsTest {
  private static final KernelVersion RUNNING = KernelVersion.of("6.1.0-56-cloud-amd64");

  private static List<Probe> fentry(Probe.Answer answer) {
    return List.of(
        new Probe("fentry", Probe.Group.TRACING, "Can it?", answer, "seen", null, "5.5"));
  }

  @Test
  void skipsWhatAnOlderKernelCannotPass() {
    var decision = KernelNeeds.decide("6.9", "fentry", RUNNING, List.of());
    assertThat(decision.isDisabled()).isTrue();
    assertThat(decision.getReason()).contains("needs Linux 6.9");
  }

  @Test
  void runsWhatTheKernelIsNewEnoughFor() {
    assertThat(KernelNeeds.decide("6.1", "", RUNNING, List.of()).isDisabled()).isFalse();
    assertThat(KernelNeeds.decide("5.10", "", RUNNING, List.of()).isDisabled()).isFalse();
    assertThat(KernelNeeds.decide("", "fentry", RUNNING, fentry(Probe.Answer.YES)).isDisabled())
        .isFalse();
  }

  @Test
  void skipsAFeatureThatCameLater() {
    KernelVersion old = KernelVersion.of("5.4");
    var decision = KernelNeeds.decide("", "fentry", old, fentry(Probe.Answer.NO));
    assertThat(decision.getReason()).contains("fentry needs Linux 5.5");
  }

  @Test
  void failsWhereANewEnoughKernelLacksIt() {
    assertThatThrownBy(() -> KernelNeeds.decide("", "fentry", RUNNING, fentry(Probe.Answer.NO)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Linux 6.1 ought to have fentry");
  }

  @Test
  void failsWhereNobodyKnows() {
    assertThatThrownBy(
            () -> KernelNeeds.decide("", "fentry", RUNNING, fentry(Probe.Answer.UNKNOWN)))
        .isInstanceOf(AssertionError.class);
    assertThatThrownBy(() -> KernelNeeds.decide("", "fentry", RUNNING, List.of()))
        .hasMessageContaining("doctor has no probe named fentry");
  }
}
