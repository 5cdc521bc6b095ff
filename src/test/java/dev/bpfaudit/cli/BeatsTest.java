package dev.bpfaudit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BeatsTest {
  private static final OptionalLong NOT_YET = OptionalLong.empty();
  private final Beats beats = new Beats(seconds(1000), Duration.ofSeconds(60));

  private static long seconds(long seconds) {
    return seconds * 1_000_000_000L;
  }

  @Test
  void theFirstIsAtOnceAndTheNextAreFixed() {
    assertThat(beats.due(seconds(1000))).hasValue(0);
    assertThat(beats.due(seconds(1001))).isEqualTo(NOT_YET);
    assertThat(beats.due(seconds(1060) - 1)).isEqualTo(NOT_YET);
    assertThat(beats.due(seconds(1063))).hasValue(0);
    assertThat(beats.next()).isEqualTo(seconds(1120));
  }

  @Test
  void whatWasMissedIsCaughtUpOnce() {
    beats.due(seconds(1000));
    assertThat(beats.due(seconds(1000 + 60 + 190))).hasValue(3);
    assertThat(beats.due(seconds(1000 + 60 + 191))).isEqualTo(NOT_YET);
    assertThat(beats.next()).isEqualTo(seconds(1000 + 5 * 60));
  }

  @Test
  void aCheckThatTakesAsLongAsABeatMissesNone() {
    beats.due(seconds(1000));
    assertThat(beats.due(seconds(1060))).hasValue(0);
    assertThat(beats.due(seconds(1120))).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({"1s,1", "5s,5", "60s,60", "15m,900", "1h,3600"})
  void intervalsAreReadAsPeopleWriteThem(String text, long seconds) {
    assertThat(Beats.parse(text)).isEqualTo(Duration.ofSeconds(seconds));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "60", "0s", "-1s", "1.5s", "1 h", "1d", "s", "99999999h", "500ms"})
  void anythingElseIsToldTheFormsThereAre(String text) {
    assertThatThrownBy(() -> Beats.parse(text))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("5s, 60s, 15m, 1h");
  }
}
