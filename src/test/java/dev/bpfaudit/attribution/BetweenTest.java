package dev.bpfaudit.attribution;

import static dev.bpfaudit.attribution.Scene.hash;
import static dev.bpfaudit.attribution.Scene.map;
import static dev.bpfaudit.attribution.Scene.table;
import static dev.bpfaudit.attribution.Writes.CURL;
import static dev.bpfaudit.attribution.Writes.delete;
import static dev.bpfaudit.attribution.Writes.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.TableRef;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What came and went between two snapshots, as stored snapshots in between show it.
class BetweenTest {
  private static final FlatTable EMPTY = table(1, 1, "");

  private static Transient only(List<Transient> found) {
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private static Scene untraced() {
    return new Scene()
        .unwatched(1, "no tracer")
        .unwatched(2, "no tracer")
        .unwatched(3, "no tracer")
        .numbers(1, 3);
  }

  private static Transient.Last value(String hex) {
    return new Transient.Value(Bytes.fromHex(hex), hex.length() / 2);
  }

  @Test
  void whatASnapshotShowsNeedsNoTracer() {
    Scene scene = untraced().shown(2, hash(7), table(1, 1, "01 0a"));
    Transient one = only(scene.transients("", ""));
    assertThat(one.last()).isEqualTo(value("0a"));
    assertThat(one.snapshots()).containsExactly(2L);
    assertThat(one.who().level()).isEqualTo(Level.UNOBSERVED);
  }

  @Test
  void changedAndRemovedForAWhile() {
    Scene changed = untraced().shown(2, hash(7), table(1, 1, "01 0b"));
    assertThat(only(changed.transients("01 0a", "01 0a")).last()).isEqualTo(value("0b"));
    Scene gone = untraced().shown(2, hash(7), EMPTY);
    assertThat(only(gone.transients("01 0a", "01 0a")).last()).isEqualTo(new Transient.Absent());
  }

  @Test
  void theLastSightCountsAndAllSnapshotsThatShowItAreNamed() {
    Scene scene =
        untraced()
            .numbers(1, 6)
            .shown(2, hash(7), table(1, 1, "01 0b"))
            .shown(3, hash(7), table(1, 1, "01 0b"))
            .shown(4, hash(7), table(1, 1, "01 0a"))
            .shown(5, hash(7), table(1, 1, "01 0c"));
    Transient one = only(scene.transients("01 0a", "01 0a"));
    assertThat(one.last()).isEqualTo(value("0c"));
    assertThat(one.snapshots()).containsExactly(2L, 3L, 5L);
  }

  @Test
  void aChangeThatStaysIsNoTransient() {
    Scene scene = untraced().shown(2, hash(7), table(1, 1, "01 0b 02 0b"));
    assertThat(scene.transients("01 0a 02 0a", "01 0c 02 0b")).isEmpty();
    assertThat(untraced().shown(2, hash(7), EMPTY).transients("", "01 0a")).isEmpty();
    assertThat(untraced().shown(2, hash(8), table(1, 1, "01 0b")).transients("", "")).isEmpty();
  }

  @Test
  void whoWroteItIsNamedAsForAnyChange() {
    Scene scene =
        new Scene()
            .drained(1, 1)
            .drained(2, 2, update("01", "0b", 1_500))
            .drained(3, 3, delete("01", 2_500))
            .numbers(1, 3)
            .shown(2, hash(7), table(1, 1, "01 0b"));
    Transient one = only(scene.transients("", ""));
    assertThat(one.who().level()).isEqualTo(Level.CONFIRMED);
    assertThat(one.who().writers()).extracting(Writer::author).containsOnly(CURL);
    assertThat(one.who().writers()).hasSize(2);
    Scene nobody =
        new Scene()
            .drained(1, 1)
            .drained(2, 2)
            .drained(3, 3)
            .numbers(1, 3)
            .shown(2, hash(7), table(1, 1, "01 0b"));
    assertThat(only(nobody.transients("", "")).who().level()).isEqualTo(Level.UNEXPLAINED);
  }

  @Test
  void aReversedDiffTellsTheSame() {
    Scene scene = untraced().numbers(3, 1).shown(2, hash(7), table(1, 1, "01 0b"));
    assertThat(only(scene.transients("01 0a", "01 0a")).last()).isEqualTo(value("0b"));
  }

  @Test
  void theHeadOfAQueueIsAnEntry() {
    BpfMap queue = map(7, MapType.QUEUE, 0, 1);
    FlatTable empty = table(0, 1, "");
    Scene scene = untraced().shown(2, queue, table(0, 1, "0a"));
    assertThat(only(scene.transients(queue, empty, empty)).last()).isEqualTo(value("0a"));
  }

  @Test
  void tablesOverTheLimitAreCounted() {
    Scene scene = untraced().numbers(1, 2_100);
    for (int number = 2; number < 2_012; number++) {
      scene.shown(number, hash(7), table(1, 1, number % 2 == 0 ? "01 0b" : "01 0c"));
    }
    FlatTable same = table(1, 1, "01 0a");
    assertThat(scene.of(hash(7), same, same).passedOver()).isEqualTo(10);
  }

  @Test
  void aTableThatEitherSideHasIsNotLoaded() {
    FlatTable same = table(1, 1, "01 0a");
    TableRef unloadable =
        TableRef.stored(
            same.digest(),
            () -> {
              throw new AssertionError("loaded");
            });
    Scene scene = untraced().shown(2, hash(7), unloadable);
    assertThat(scene.of(hash(7), same, same).changes()).isEmpty();
  }
}
