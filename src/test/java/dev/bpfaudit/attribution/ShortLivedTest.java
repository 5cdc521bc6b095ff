package dev.bpfaudit.attribution;

import static dev.bpfaudit.attribution.Scene.hash;
import static dev.bpfaudit.attribution.Scene.table;
import static dev.bpfaudit.attribution.Writes.BASH;
import static dev.bpfaudit.attribution.Writes.CURL;
import static dev.bpfaudit.attribution.Writes.NONE;
import static dev.bpfaudit.attribution.Writes.WHOLE;
import static dev.bpfaudit.attribution.Writes.key;
import static dev.bpfaudit.attribution.Writes.value;
import static dev.bpfaudit.attribution.Writes.whole;
import static dev.bpfaudit.attribution.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Maps that were there only between two snapshots.
class ShortLivedTest {
  private static final FlatTable EMPTY = table(1, 1, "");

  private static List<ShortLived> told(ObservedWrite... writes) {
    return Scene.watched(writes).of(hash(7), EMPTY, EMPTY).shortLived();
  }

  @Test
  void whoMadeThemAndHowOftenTheyWereWrittenIsTold() {
    List<ShortLived> told =
        told(
            whole(8, Operation.CREATE, 1_400),
            write(8, Operation.UPDATE, BASH, key("01"), value("0a"), 1_500),
            write(8, Operation.OPEN, BASH, WHOLE, NONE, 1_450),
            whole(8, Operation.RELEASE, 1_600));
    assertThat(told).hasSize(1);
    ShortLived one = told.getFirst();
    assertThat(one.id()).isEqualTo(8);
    assertThat(one.map()).isNull();
    assertThat(one.writes()).isEqualTo(1);
    assertThat(one.who().level()).isEqualTo(Level.CONFIRMED);
    assertThat(one.who().writers()).extracting(Writer::author).containsExactly(CURL, BASH, CURL);
    assertThat(one.who().writers())
        .extracting(Writer::operation)
        .containsExactly(Operation.RELEASE, Operation.UPDATE, Operation.CREATE);
  }

  @Test
  void onlyThoseCreatedInBetweenAre() {
    assertThat(told(whole(7, Operation.CREATE, 1_400))).isEmpty();
    assertThat(told(whole(8, Operation.CREATE, 900))).isEmpty();
    assertThat(told(whole(8, Operation.CREATE, 2_050))).isEmpty();
    assertThat(told(whole(8, Operation.RELEASE, 1_400))).isEmpty();
  }

  @Test
  void aSnapshotInBetweenShowsWhatTheyAre() {
    Scene scene =
        new Scene()
            .unwatched(1, "no tracer")
            .unwatched(2, "no tracer")
            .unwatched(3, "no tracer")
            .numbers(1, 3)
            .shown(2, hash(8), table(1, 1, "01 0a"));
    List<ShortLived> told = scene.of(hash(7), EMPTY, EMPTY).shortLived();
    assertThat(told).extracting(ShortLived::map).containsExactly(hash(8));
    assertThat(told.getFirst().snapshots()).containsExactly(2L);
    assertThat(told.getFirst().who().level()).isEqualTo(Level.UNOBSERVED);
  }

  @Test
  void ofSomeMapsThatWereAskedForNothingIsTold() {
    Scene scene = Scene.watched(whole(8, Operation.CREATE, 1_400));
    assertThat(Attribution.of(scene.diff(List.of(), List.of()), List.of(), List.of()).shortLived())
        .isEmpty();
  }
}
