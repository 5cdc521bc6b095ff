package dev.bpfaudit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bpfaudit.model.Baseline;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.SnapshotHeader;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WhenTest {
  private static final Instant NOW = Instant.parse("2026-01-10T12:00:00Z");
  private static final List<SnapshotHeader> LOG =
      List.of(
          header(4, "b", "2026-01-10T11:00:00Z"),
          header(3, "b", "2026-01-10T09:30:00Z"),
          header(2, "a", "2026-01-10T10:30:00Z"), // the clock was set back afterwards
          header(1, "a", "2026-01-08T00:00:00Z"));

  private static SnapshotHeader header(long number, String boot, String at) {
    var host = new HostFacts("h", "host", "6.18", boot, 2);
    return new SnapshotHeader(number, host, Instant.parse(at), 0, 0, 0, Bytes.EMPTY);
  }

  private static long find(String when) {
    var baseline = Optional.of(new Baseline(LOG.get(3), NOW, Bytes.EMPTY));
    return When.find(When.parse(when), LOG, baseline, NOW).number();
  }

  @ParameterizedTest
  @CsvSource({
    "@2, 2",
    "baseline, 1",
    "previous, 3",
    "boot, 3",
    "90m, 3",
    "30m, 4",
    "1d, 1",
    "2026-01-09, 1",
    "2026-01-10T10:45:00Z, 3",
    "2026-01-10T12:45:00+02:00, 3",
    "2026-01-10T11:00:00, 4"
  })
  void findsTheSnapshotThatIsMeant(String when, long number) {
    assertThat(find(when)).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"@", "12", "yesterday", "2h30", "@-1", "", "2026-13-01", "-2h", "basline"})
  void refusesWhatItDoesNotKnowAndNamesTheForms(String when) {
    assertThatThrownBy(() -> When.parse(when))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("@12, baseline, previous");
  }

  @Test
  void suggestsTheWordThatWasLikelyMeant() {
    assertThatThrownBy(() -> When.parse("basline")).hasMessageContaining("did you mean baseline?");
  }

  @Test
  void namesTheOldestWhenNothingIsThatOld() {
    assertThatThrownBy(() -> find("9d"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("The oldest is @1 of 2026-01-08T00:00:00Z");
    assertThatThrownBy(() -> find("@9")).hasMessageContaining("no snapshot @9");
  }

  @Test
  void saysWhatToDoWhenThereIsNothingYet() {
    assertThatThrownBy(() -> When.find(When.parse("@1"), List.of(), Optional.empty(), NOW))
        .hasMessageContaining("bpfaudit snapshot");
    assertThatThrownBy(() -> When.find(When.parse("baseline"), LOG, Optional.empty(), NOW))
        .hasMessageContaining("bpfaudit baseline set");
    assertThatThrownBy(
            () -> When.find(When.parse("previous"), LOG.subList(3, 4), Optional.empty(), NOW))
        .hasMessageContaining("@1 is the only one");
  }
}
