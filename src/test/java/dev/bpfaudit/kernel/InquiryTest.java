package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bpfaudit.model.Probe;
import dev.bpfaudit.model.Probe.Answer;
import org.junit.jupiter.api.Test;

/// How a refusal becomes an answer.
final class InquiryTest {
  private static final Question QUESTION =
      new Question("batch.lpm_trie", Probe.Group.READING, "In batches?", "5.13");
  private static final long ALL = -1;
  private static final Privileges ROOT = new Privileges(ALL, true, false);

  @Test
  void anAdministratorsRefusalIsTheKernels() {
    Probe probe = refused("6.18.1", ROOT, Errno.EPERM);
    assertThat(probe.answer()).isEqualTo(Answer.NO);
    assertThat(probe.errno()).isEqualTo("EPERM");
    assertThat(probe.detail()).isEqualTo("load: EPERM (operation not permitted)");
  }

  @Test
  void aRefusalIsUnknownToWhoMayBeRefused() {
    Privileges user = new Privileges(0, true, false);
    Privileges container = new Privileges(ALL, false, false);
    Privileges filtered = new Privileges(ALL, true, true);
    assertUnknown(refused("6.18.1", user, Errno.EPERM), "lacks CAP_SYS_ADMIN");
    assertUnknown(refused("6.18.1", container, Errno.EACCES), "user namespace");
    assertUnknown(refused("6.18.1", filtered, Errno.EPERM), "seccomp");
    assertThat(refused("6.18.1", user, Errno.ENOTSUPP).answer()).isEqualTo(Answer.NO);
  }

  private static void assertUnknown(Probe probe, String why) {
    assertThat(probe.answer()).isEqualTo(Answer.UNKNOWN);
    assertThat(probe.detail()).contains(why);
    assertThat(probe.errno()).isNotNull();
  }

  @Test
  void anOlderKernelIsToldSinceWhen() {
    Probe old = refused("5.10.0-46-amd64", ROOT, Errno.ENOTSUPP);
    assertThat(old.answer()).isEqualTo(Answer.NO);
    assertThat(old.detail()).isEqualTo("load: ENOTSUPP (524, not supported); since Linux 5.13");
    assertThat(refused("5.13", ROOT, Errno.ENOTSUPP).detail()).doesNotContain("since");
    assertThat(old.since()).isEqualTo("5.13");
  }

  @Test
  void whatHadRunOutTellsNothing() {
    assertThat(refused("6.18.1", ROOT, Errno.ENOMEM).answer()).isEqualTo(Answer.UNKNOWN);
    assertThat(refused("6.18.1", ROOT, Errno.EMFILE).answer()).isEqualTo(Answer.UNKNOWN);
  }

  @Test
  void withoutLibbpfNothingIsKnown() {
    KernelException missing =
        new KernelException(
            KernelException.Kind.UNSUPPORTED, "load libbpf", "not there", "Install it.");
    Probe probe =
        new Inquiry(KernelVersion.of("6.1"), ROOT)
            .ask(
                QUESTION,
                question -> {
                  throw missing;
                });
    assertThat(probe.answer()).isEqualTo(Answer.UNKNOWN);
    assertThat(probe.errno()).isNull();
    assertThat(probe.detail()).isEqualTo("load libbpf: not there");
  }

  @Test
  void comparesVersionsByNumber() {
    assertThat(KernelVersion.of("5.9.1")).isLessThan(KernelVersion.of("5.13"));
    assertThat(KernelVersion.of("7.2.13+deb14-amd64")).isGreaterThan(KernelVersion.of("6.19"));
    assertThatThrownBy(() -> KernelVersion.of("unknown"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anEventNobodyHasIsRefusedWithAnErrno() {
    assertThatThrownBy(() -> PerfEvent.ofTracepoint(0xffff_fffeL))
        .isInstanceOfSatisfying(
            KernelException.class, e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL));
  }

  private static Probe refused(String release, Privileges privileges, int errno) {
    return new Inquiry(KernelVersion.of(release), privileges)
        .ask(
            QUESTION,
            question -> {
              throw KernelException.refused("load", errno);
            });
  }
}
