package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Announcement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who is taken for a stranger to the tracer's tables.
class TrespassTest {
  private static final long TICK = 10_000_000;
  private static final int PROCESSES = 1 << 3;
  private static final int STATE = 1 << 7;
  private static final int GIVEN_AWAY = 1 << 16;
  private static final Announcement OURS = new Announcement(50, 7);

  private static Hand hand(long pid, long ticks, int tables, long last) {
    return new Hand(ticks * TICK + 123, pid, "bpftool", tables, last - 1, last, 1);
  }

  private static Trespass of(Hand... hands) {
    return Trespass.of(new Custody(List.of(hands), 0), List.of(OURS), () -> 1_000);
  }

  @Test
  void whoAnnouncedItselfMayWrite() {
    assertThat(of(hand(50, 7, STATE, 2_000)).isNone()).isTrue();
  }

  @Test
  void anotherOfTheSamePidMayNot() {
    assertThat(of(hand(50, 8, STATE, 2_000)).hands()).hasSize(1);
    assertThat(of(hand(51, 7, STATE, 2_000)).hands()).hasSize(1);
  }

  @Test
  void whereItCouldNotKnowItsPidItsStartTells() {
    Custody custody = new Custody(List.of(hand(51, 7, STATE, 2_000)), 0);
    assertThat(Trespass.of(custody, List.of(new Announcement(0, 7)), () -> 0).isNone()).isTrue();
  }

  @Test
  void whatWasToldBeforeIsNotToldAgain() {
    assertThat(of(hand(1, 1, PROCESSES, 1_000)).isNone()).isTrue();
    assertThat(of(hand(1, 1, PROCESSES, 1_001)).hands()).hasSize(1);
  }

  @Test
  void nobodyMayGiveATableAway() {
    assertThat(of(hand(50, 7, PROCESSES | GIVEN_AWAY, 2_000)).hands()).hasSize(1);
  }

  @Test
  void tellsWhoAndWhatInWords() {
    Tampering tampering = new Tampering();
    assertThat(
            tampering.trespass(
                of(
                    hand(1, 1, PROCESSES | STATE, 2_000),
                    hand(2, 2, PROCESSES | GIVEN_AWAY, 2_000))))
        .isTrue();
    assertThat(tampering.alarms())
        .extracting(Alarm::what)
        .containsExactly(
            "pid 1 (bpftool) wrote to the tracer's processes, state",
            "pid 2 (bpftool) gave a program, an iterator or another map a hold on the tracer's processes");
  }

  /// One process on two CPUs is one hand; where all places were taken since, more may have come.
  @Test
  void readsTheHandsOfAllCpus() {
    MemorySegment values = MemorySegment.ofArray(new long[2 * Custody.SIZE / 8]);
    for (int cpu = 0; cpu < 2; cpu++) {
      MemorySegment one = values.asSlice((long) cpu * Custody.SIZE, Custody.SIZE);
      one.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, 1);
      write(one.asSlice(8), 9, 1 << cpu, 3_000 + cpu);
    }
    Custody custody = Custody.of(values);
    assertThat(custody.hands()).containsExactly(new Hand(900, 9, "evil", 1 | 2, 2_000, 3_001, 10));
    assertThat(custody.knownSinceNanos()).isZero();

    write(values.asSlice(Custody.SIZE + 8L), 9, 1 | GIVEN_AWAY, 3_001);
    assertThat(Custody.of(values).hands()).extracting(Hand::gaveAway).containsExactly(false, true);

    values.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, 17);
    for (int i = 0; i < 16; i++) {
      write(values.asSlice(8 + 56L * i), 100 + i, 1, 3_000 + i);
    }
    Custody full = Custody.of(values);
    assertThat(full.hands()).hasSize(17);
    assertThat(full.knownSinceNanos()).isEqualTo(2_000);
    assertThat(Trespass.of(full, List.of(), () -> 1_999).uncounted()).isTrue();
    assertThat(Trespass.of(full, List.of(), () -> 2_000).uncounted()).isFalse();
  }

  private static void write(MemorySegment row, int pid, int tables, long last) {
    row.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, 900);
    row.set(ValueLayout.JAVA_INT_UNALIGNED, 8, pid);
    row.set(ValueLayout.JAVA_INT_UNALIGNED, 12, tables);
    row.set(ValueLayout.JAVA_LONG_UNALIGNED, 16, 2_000);
    row.set(ValueLayout.JAVA_LONG_UNALIGNED, 24, last);
    row.set(ValueLayout.JAVA_LONG_UNALIGNED, 32, 5);
    MemorySegment.copy(
        MemorySegment.ofArray("evil".getBytes(StandardCharsets.US_ASCII)), 0, row, 40, 4);
  }
}
