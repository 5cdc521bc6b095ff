package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Announced;
import dev.bpfaudit.model.Announcement;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Who is taken for a stranger to the tracer's tables.
class TrespassTest {
  private static final long TICK = 10_000_000;
  private static final int PROCESSES = 1 << 3;
  private static final int STATE = 1 << 7;
  private static final int GIVEN_AWAY = 1 << 16;
  private static final Announced OURS = new Announced(0, List.of(new Announcement(50, 7, 1_500)));
  private static final long INSTALLED = 500;

  private static Hand hand(long pid, long ticks, int tables, long last) {
    return new Hand(ticks * TICK + 123, pid, "bpftool", tables, Math.max(last - 1, 0), last, 1);
  }

  private static Trespass of(Hand... hands) {
    return Trespass.of(new Custody(List.of(hands), 0), OURS, INSTALLED, () -> 1_000);
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
    Announced announced = new Announced(0, List.of(new Announcement(0, 7, 1_500)));
    assertThat(Trespass.of(custody, announced, INSTALLED, () -> 0).isNone()).isTrue();
  }

  /// Who writes and then becomes a bpfaudit by execve(2) has the pid and the start of one.
  @Test
  void whatItDidBeforeItAnnouncedItselfIsNotExcused() {
    Hand before = new Hand(7 * TICK, 50, "java", PROCESSES, 1_400, 2_000, 2);
    assertThat(of(before).hands()).containsExactly(before);
    Hand installer = new Hand(7 * TICK, 50, "java", STATE, 400, 2_000, 2);
    assertThat(of(installer).isNone()).isTrue();
  }

  @Test
  void aStoreAccusesNobodyOfWhatWasBeforeIt() {
    Custody custody = new Custody(List.of(hand(1, 1, STATE, 2_000)), 2_000);
    assertThat(Trespass.of(custody, new Announced(2_000, List.of()), 0, () -> 0).isNone()).isTrue();
    assertThat(Trespass.of(custody, new Announced(1_999, List.of()), 0, () -> 0).hands())
        .hasSize(1);
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

  /// An iterator's program need not mention the map it is called with.
  @Test
  void tellsOfProgramsThatCanWriteATable() {
    Trespass found =
        of().withPrograms(
                List.of(
                    program(1, List.of(70L)),
                    program(2, List.of(71L)),
                    program(3, List.of()),
                    program(4, List.of(70L))),
                Map.of(3L, Set.of(70L)),
                List.of(70L),
                List.of(4L));
    assertThat(found.programs()).extracting(BpfProgram::id).containsExactly(1L, 3L);
    assertThat(found.alarms())
        .extracting(Alarm::what)
        .containsExactly(
            "program 1 \"evil\" can write the tracer's tables",
            "program 3 \"evil\" can write the tracer's tables");
  }

  private static BpfProgram program(long id, List<Long> maps) {
    return new BpfProgram(id, 1, "evil", Bytes.EMPTY, 0, maps);
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
      write(one.asSlice(8), 9, 1 << cpu, 3_000 + cpu);
    }
    Custody custody = Custody.of(values);
    assertThat(custody.hands()).containsExactly(new Hand(900, 9, "evil", 1 | 2, 2_000, 3_001, 10));
    assertThat(custody.knownSinceNanos()).isZero();

    write(values.asSlice(Custody.SIZE + 8L), 9, 1 | GIVEN_AWAY, 3_001);
    assertThat(Custody.of(values).hands()).extracting(Hand::gaveAway).containsExactly(false, true);

    values.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, 1_990);
    for (int i = 0; i < 16; i++) {
      write(values.asSlice(8 + 56L * i), 100 + i, 1, 3_000 + i);
    }
    Custody full = Custody.of(values);
    assertThat(full.hands()).hasSize(17);
    assertThat(full.knownSinceNanos()).isEqualTo(1_990);
    Announced nobody = new Announced(0, List.of());
    assertThat(Trespass.of(full, nobody, INSTALLED, () -> 1_989).uncounted()).isTrue();
    assertThat(Trespass.of(full, nobody, INSTALLED, () -> 1_990).uncounted()).isFalse();
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
