package dev.bpfaudit.attribution;

import static dev.bpfaudit.attribution.Scene.hash;
import static dev.bpfaudit.attribution.Scene.table;
import static dev.bpfaudit.attribution.Scene.watched;
import static dev.bpfaudit.attribution.Writes.CURL;
import static dev.bpfaudit.attribution.Writes.UNKNOWN;
import static dev.bpfaudit.attribution.Writes.delete;
import static dev.bpfaudit.attribution.Writes.key;
import static dev.bpfaudit.attribution.Writes.program;
import static dev.bpfaudit.attribution.Writes.update;
import static dev.bpfaudit.attribution.Writes.value;
import static dev.bpfaudit.attribution.Writes.whole;
import static dev.bpfaudit.attribution.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.Operation;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Who made, removed, froze or changed a map.
class MapsTest {
  private static BpfMap frozen(BpfMap map, boolean frozen, List<String> pins) {
    return new BpfMap(
        map.id(),
        map.typeNumber(),
        map.name(),
        map.keySize(),
        map.valueSize(),
        map.maxEntries(),
        0,
        0,
        0,
        0,
        0,
        frozen,
        0,
        0,
        0,
        0,
        0,
        map.btfDigest(),
        0,
        pins);
  }

  @Test
  void whoCreatedAnAddedMapIsConfirmed() {
    Scene scene = watched(whole(7, Operation.CREATE, 1_500));
    var now = scene.state(hash(7), 2, table(1, 1, ""));
    assertThat(scene.tell(scene.diff(List.of(), List.of(now))).of().map())
        .satisfies(who -> assertThat(who.level()).isEqualTo(Level.CONFIRMED))
        .satisfies(who -> assertThat(who.writers()).hasSize(1));
    assertThat(watched().tell(scene.diff(List.of(), List.of(now))).of().map().level())
        .isEqualTo(Level.UNEXPLAINED);
  }

  @Test
  void whoReleasedARemovedMapIsProbable() {
    Scene scene = watched(whole(7, Operation.RELEASE, 2_050));
    var before = scene.state(hash(7), 1, table(1, 1, ""));
    assertThat(scene.tell(scene.diff(List.of(before), List.of())).of().map().level())
        .isEqualTo(Level.PROBABLE);
    Scene reversed = watched(whole(7, Operation.CREATE, 1_500)).numbers(2, 1);
    var newer = reversed.state(hash(7), 2, table(1, 1, ""));
    assertThat(reversed.tell(reversed.diff(List.of(newer), List.of())).of().map().level())
        .isEqualTo(Level.CONFIRMED);
  }

  @Test
  void whoFrozeAMapIsConfirmed() {
    BpfMap open = frozen(hash(7), false, List.of());
    BpfMap closed = frozen(hash(7), true, List.of());
    var empty = table(1, 1, "");
    Attributed who =
        watched(whole(7, Operation.FREEZE, 1_500)).change(open, empty, closed, empty).attribute();
    assertThat(who.level()).isEqualTo(Level.CONFIRMED);
    assertThat(who.writers()).extracting(Writer::operation).containsExactly(Operation.FREEZE);
    assertThat(watched().change(open, empty, closed, empty).attribute().level())
        .isEqualTo(Level.UNEXPLAINED);
  }

  @Test
  void pinsAreMadeByNothingThatIsWatched() {
    BpfMap pinned = frozen(hash(7), false, List.of("/sys/fs/bpf/x"));
    BpfMap unpinned = frozen(hash(7), false, List.of());
    var empty = table(1, 1, "");
    Attributed who =
        watched(update("01", "0a", 1_500)).change(unpinned, empty, pinned, empty).attribute();
    assertThat(who).isEqualTo(new Attributed(Level.UNOBSERVED, List.of()));
  }

  @Test
  void aMapIsAsWeaklyAttributedAsTheWeakestOfItsChanges() {
    Scene.Told told =
        watched(update("01", "0a", 1_400), update("02", "ff", 1_500), delete("03", 1_600))
            .hash("03 01", "01 0a 02 0b");
    assertThat(told.level()).isEqualTo(Level.CONFIRMED);
    assertThat(told.of().map().level()).isEqualTo(Level.PROBABLE);
    assertThat(told.of().map().writers())
        .extracting(Writer::operation)
        .containsExactly(Operation.DELETE, Operation.UPDATE);
    assertThat(told.of().map().writers())
        .extracting(Writer::count, Writer::confidence)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(1L, Level.CONFIRMED),
            org.assertj.core.groups.Tuple.tuple(2L, Level.PROBABLE));
    assertThat(told.of().entriesAlike()).isFalse();
  }

  @Test
  void oneRecordBehindManyEntriesIsCountedOnce() {
    var counter = update(program("fw", "swapper"), UNKNOWN, value("0a"), 1_500);
    Scene.Told told = watched(counter).hash("", "01 0a 02 0a");
    assertThat(told.of().entries().writers()).extracting(Writer::count).containsExactly(1L);
    assertThat(told.of().entriesAlike()).isTrue();
  }

  @Test
  void anUnwrittenEntryMakesItsMapUnexplained() {
    Scene.Told told = watched(update("01", "0a", 1_400)).hash("", "01 0a 02 0b");
    assertThat(told.of().map().level()).isEqualTo(Level.UNEXPLAINED);
    assertThat(told.of().map().writers()).hasSize(1);
  }

  @Test
  void aReplacedMapIsAttributedToTheNewOneFromItsCreationOn() {
    Scene scene =
        watched(
            write(7, Operation.UPDATE, CURL, key("01"), value("0a"), 1_400),
            whole(8, Operation.CREATE, 1_500),
            whole(7, Operation.RELEASE, 1_600),
            write(8, Operation.UPDATE, CURL, key("01"), value("0b"), 1_700));
    Scene.Told told = scene.change(hash(7), table(1, 1, ""), hash(8), table(1, 1, "01 0a"));
    assertThat(told.level()).isEqualTo(Level.PROBABLE);
    assertThat(told.entry().writers()).extracting(Writer::lastNanos).containsExactly(1_700L);
    assertThat(told.of().map().writers())
        .extracting(Writer::operation)
        .containsExactly(Operation.UPDATE, Operation.RELEASE, Operation.CREATE);
  }

  @Test
  void whatANewMapNeverHadIsItsCreatorsDoing() {
    Scene scene = watched(whole(8, Operation.CREATE, 1_500));
    Scene.Told told = scene.change(hash(7), table(1, 1, "01 0a"), hash(8), table(1, 1, ""));
    assertThat(told.level()).isEqualTo(Level.PROBABLE);
    Scene.Told unseen = watched().change(hash(7), table(1, 1, "01 0a"), hash(8), table(1, 1, ""));
    assertThat(unseen.level()).isEqualTo(Level.UNOBSERVED);
  }

  @Test
  void aMapThatCannotBeComparedNamesAllItsWriters() {
    Scene scene = watched(update("01", "0a", 1_500));
    var before = scene.state(hash(7), 1, table(1, 1, ""));
    var now = scene.state(hash(7), 2, new Contents.Unreadable("EPERM"));
    var diff = scene.diff(List.of(before), List.of(now));
    assertThat(scene.tell(diff).of().map().level()).isEqualTo(Level.PROBABLE);
    assertThat(scene.tell(diff).of().map().writers()).hasSize(1);
    assertThat(watched().tell(diff).of().map())
        .isEqualTo(new Attributed(Level.UNOBSERVED, List.of()));
  }
}
