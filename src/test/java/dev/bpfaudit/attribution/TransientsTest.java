package dev.bpfaudit.attribution;

import static dev.bpfaudit.attribution.Scene.hash;
import static dev.bpfaudit.attribution.Scene.map;
import static dev.bpfaudit.attribution.Scene.table;
import static dev.bpfaudit.attribution.Scene.watched;
import static dev.bpfaudit.attribution.Writes.BASH;
import static dev.bpfaudit.attribution.Writes.CURL;
import static dev.bpfaudit.attribution.Writes.NONE;
import static dev.bpfaudit.attribution.Writes.UNKNOWN;
import static dev.bpfaudit.attribution.Writes.WHOLE;
import static dev.bpfaudit.attribution.Writes.delete;
import static dev.bpfaudit.attribution.Writes.doubtful;
import static dev.bpfaudit.attribution.Writes.key;
import static dev.bpfaudit.attribution.Writes.often;
import static dev.bpfaudit.attribution.Writes.prefix;
import static dev.bpfaudit.attribution.Writes.program;
import static dev.bpfaudit.attribution.Writes.update;
import static dev.bpfaudit.attribution.Writes.value;
import static dev.bpfaudit.attribution.Writes.varied;
import static dev.bpfaudit.attribution.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.diff.MapChange;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.WrittenValue;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What came and went between two readings that show an entry alike, as far as writes prove it. The
/// maps are read from 1,100 to 1,200 and from 2,100 to 2,200.
class TransientsTest {
  private static Transient only(List<Transient> found) {
    assertThat(found).hasSize(1);
    return found.getFirst();
  }

  private static Transient.Last value(String hex, int size) {
    return new Transient.Value(Bytes.fromHex(hex), size);
  }

  @Test
  void addedAndRemoved() {
    Transient one =
        only(watched(update("01", "0a", 1_500), delete("01", 1_600)).transients("", ""));
    assertThat(one.key()).isEqualTo(Bytes.fromHex("01"));
    assertThat(one.before()).isNull();
    assertThat(one.now()).isNull();
    assertThat(one.last()).isEqualTo(value("0a", 1));
    assertThat(one.who().level()).isEqualTo(Level.CONFIRMED);
    assertThat(one.who().writers())
        .extracting(Writer::operation)
        .containsExactly(Operation.DELETE, Operation.UPDATE);
    assertThat(one.who().writers()).extracting(Writer::confidence).containsOnly(Level.CONFIRMED);
  }

  @Test
  void changedAndChangedBackByTwo() {
    Scene scene =
        watched(
            update(CURL, key("01"), Writes.value("0b"), 1_500),
            update(BASH, key("01"), Writes.value("0a"), 1_600));
    Transient one = only(scene.transients("01 0a", "01 0a"));
    assertThat(one.before()).isEqualTo(Bytes.fromHex("0a"));
    assertThat(one.last()).isEqualTo(value("0b", 1));
    assertThat(one.who().writers()).extracting(Writer::author).containsExactly(BASH, CURL);
    assertThat(one.who().level()).isEqualTo(Level.CONFIRMED);
  }

  @Test
  void changedAndChangedBackByOneWhoseWritesAreCountedTogether() {
    ObservedWrite last = often(update("01", "0a", 1_600), 2, 1_500, 1_600);
    assertThat(watched(last).transients("01 0a", "01 0a")).isEmpty();
    Transient one =
        only(watched(varied(last, 1_600, Writes.value("0b"))).transients("01 0a", "01 0a"));
    assertThat(one.last()).isEqualTo(value("0b", 1));
    assertThat(one.who().writers()).hasSize(1);
    assertThat(one.who().writers().getFirst().count()).isEqualTo(2);
    assertThat(one.who().level()).isEqualTo(Level.CONFIRMED);
  }

  @Test
  void whatVariedUnknownHowIsToldWithoutItsValue() {
    ObservedWrite last = often(update("01", "0a", 1_600), 2, 1_500, 1_600);
    Scene scene = watched(varied(last, 1_600, new WrittenValue.Unknown()));
    assertThat(only(scene.transients("01 0a", "01 0a")).last()).isEqualTo(new Transient.Unknown());
  }

  @Test
  void theValueThatIsThereAlreadyIsNoTransient() {
    assertThat(watched(update("01", "0a", 1_500)).transients("01 0a", "01 0a")).isEmpty();
    assertThat(
            watched(often(update("01", "0a", 1_500), 9, 1_000, 2_250)).transients("01 0a", "01 0a"))
        .isEmpty();
  }

  @Test
  void removedAndPutBack() {
    Transient one =
        only(watched(delete("01", 1_500), update("01", "0a", 1_600)).transients("01 0a", "01 0a"));
    assertThat(one.last()).isEqualTo(new Transient.Absent());
    assertThat(one.who().writers())
        .extracting(Writer::operation)
        .containsExactly(Operation.UPDATE, Operation.DELETE);
  }

  @Test
  void aDeletionShowsThatSomethingWasThereAlsoIfNobodySawItCome() {
    Transient one = only(watched(delete("01", 1_500)).transients("", ""));
    assertThat(one.last()).isEqualTo(new Transient.Unknown());
    assertThat(watched(doubtful(delete("01", 1_500))).transients("", "")).isEmpty();
  }

  @Test
  void whatWasDeletedWhileTheEarlierReadingWasUnderWayMayNeverHaveComeBack() {
    assertThat(watched(delete("01", 1_150)).transients("", "")).isEmpty();
    assertThat(watched(update("01", "0a", 1_150), delete("01", 1_160)).transients("", ""))
        .hasSize(1);
  }

  @Test
  void whatIsWrittenWhileTheLaterReadingIsUnderWayMayStillBeThere() {
    assertThat(watched(update("01", "0b", 2_150)).transients("01 0a", "01 0a")).isEmpty();
    assertThat(watched(update("01", "0b", 2_150)).transients("", "")).isEmpty();
    assertThat(watched(update("01", "0b", 1_050)).transients("01 0a", "01 0a")).isEmpty();
  }

  @Test
  void whatNeverRestsIsToldIfItVariedBeforeTheLaterReading() {
    ObservedWrite busy = often(update("01", "0c", 1_600), 1_000, 1_301, 2_290);
    assertThat(watched(varied(busy, 1_302, Writes.value("0b"))).transients("01 0a", "01 0a"))
        .hasSize(1);
    assertThat(watched(varied(busy, 2_150, Writes.value("0b"))).transients("01 0a", "01 0a"))
        .isEmpty();
    ObservedWrite before = often(busy, 1_000, 1_050, 2_290);
    assertThat(watched(varied(before, 1_302, Writes.value("0b"))).transients("01 0a", "01 0a"))
        .isEmpty();
  }

  @Test
  void aChangeThatStaysIsNoTransient() {
    assertThat(watched(update("01", "0b", 1_500)).transients("01 0a", "01 0b")).isEmpty();
    assertThat(watched(update("01", "0b", 1_500)).transients("", "01 0b")).isEmpty();
    Scene scene =
        watched(update("01", "0b", 1_500), update("02", "0b", 1_500), delete("02", 1_600));
    assertThat(only(scene.transients("01 0a", "01 0b")).key()).isEqualTo(Bytes.fromHex("02"));
  }

  @Test
  void aMapIsAsWeakAsTheWeakestAlsoOfWhatCameAndWent() {
    Scene scene =
        watched(
            update("01", "0b", 1_500), doubtful(update("02", "0b", 1_500)), delete("02", 1_050));
    Attribution told = scene.of(hash(7), table(1, 1, "01 0a"), table(1, 1, "01 0b"));
    assertThat(told.of(told.changes().getFirst()).map().level()).isEqualTo(Level.PROBABLE);
  }

  @Test
  void anUnchangedMapIsAmongTheChangesOnlyToCarryThem() {
    FlatTable same = table(1, 1, "01 0a");
    Attribution told = watched(update("01", "0b", 1_500)).of(hash(7), same, same);
    assertThat(told.changes()).hasSize(1);
    MapChange.Compared change = (MapChange.Compared) told.changes().getFirst();
    assertThat(change.same()).isTrue();
    assertThat(told.of(change).map().level()).isEqualTo(Level.CONFIRMED);
    assertThat(watched(update("01", "0a", 1_500)).of(hash(7), same, same).changes()).isEmpty();
  }

  @Test
  void doubtfulWritesAreProbableAndOnlyIfTheEntryWasPutBack() {
    ObservedWrite added = doubtful(update("01", "0b", 1_500));
    assertThat(only(watched(added).transients("", "")).who().level()).isEqualTo(Level.PROBABLE);
    assertThat(watched(added).transients("01 0a", "01 0a")).isEmpty();
    ObservedWrite back = doubtful(update(BASH, key("01"), Writes.value("0a"), 1_600));
    Transient one = only(watched(added, back).transients("01 0a", "01 0a"));
    assertThat(one.who().level()).isEqualTo(Level.PROBABLE);
  }

  @Test
  void whoseKeyIsUnknownIsNamedWhereItMayHavePutItBack() {
    ObservedWrite counter = update(program("fw", "swapper"), UNKNOWN, Writes.value("0c"), 1_550);
    Scene half = watched(update("01", "0b", 1_500), counter);
    assertThat(only(half.transients("", "")).who().writers()).hasSize(2);
    Scene whole = watched(update("01", "0b", 1_500), delete("01", 1_600), counter);
    assertThat(only(whole.transients("", "")).who().writers())
        .extracting(Writer::author)
        .containsOnly(CURL);
  }

  @Test
  void writesOfUnknownKeysAreCountedAndProveNothing() {
    ObservedWrite counter = update(program("fw", "swapper"), UNKNOWN, Writes.value("0c"), 1_550);
    FlatTable same = table(1, 1, "01 0a");
    Attribution told = watched(often(counter, 70, 1_300, 1_550)).of(hash(7), same, same);
    assertThat(told.changes()).isEmpty();
    assertThat(told.inDoubt()).extracting(Untold::writes).containsExactly(70L);
    ObservedWrite tooLong = update(CURL, key("01"), new WrittenValue.Unknown(), 1_500);
    Attribution incomparable = watched(tooLong).of(hash(7), same, same);
    assertThat(incomparable.changes()).isEmpty();
    assertThat(incomparable.inDoubt()).extracting(Untold::writes).containsExactly(1L);
    assertThat(watched(update("01", "0a", 1_500)).of(hash(7), same, same).inDoubt()).isEmpty();
  }

  @Test
  void aReversedDiffTellsTheSame() {
    Scene scene = watched(update("01", "0b", 1_500), update("01", "0a", 1_600)).numbers(2, 1);
    assertThat(only(scene.transients("01 0a", "01 0a")).last()).isEqualTo(value("0b", 1));
    assertThat(scene.transients("01 0b", "01 0a")).isEmpty();
  }

  @Test
  void againstAnOlderSnapshotAllDrainsCount() {
    Scene scene =
        new Scene()
            .drained(1, 1)
            .drained(2, 2, update("01", "0b", 1_500))
            .drained(3, 3, delete("01", 2_500))
            .numbers(1, 3);
    Transient one = only(scene.transients("", ""));
    assertThat(one.who().writers()).hasSize(2);
    assertThat(one.who().level()).isEqualTo(Level.CONFIRMED);
  }

  @Test
  void whatWasWrittenAlikeInManyDrainsIsOneWriter() {
    Scene scene = new Scene().drained(1, 1).numbers(1, 6);
    for (int number = 2; number < 6; number++) {
      scene.drained(number, number, update("01", "0b", number * 1_000 - 400));
    }
    Transient one =
        only(scene.drained(6, 6, update("01", "0a", 5_600)).transients("01 0a", "01 0a"));
    assertThat(one.who().writers()).hasSize(1);
    Writer writer = one.who().writers().getFirst();
    assertThat(writer.count()).isEqualTo(5);
    assertThat(writer.firstNanos()).isEqualTo(1_600);
    assertThat(writer.lastNanos()).isEqualTo(5_600);
    assertThat(one.last()).isEqualTo(value("0b", 1));
  }

  @Test
  void inANewMapOnlyWhatCameAndWentIsTransient() {
    BpfMap fresh = hash(9);
    ObservedWrite[] writes = {
      write(9, Operation.CREATE, CURL, WHOLE, NONE, 1_400),
      write(9, Operation.UPDATE, CURL, key("01"), Writes.value("0a"), 1_500),
      write(9, Operation.UPDATE, CURL, key("02"), Writes.value("0b"), 1_500),
      write(9, Operation.DELETE, CURL, key("02"), NONE, 1_600)
    };
    Scene scene = watched(writes);
    Attribution told =
        scene
            .tell(scene.diff(List.of(), List.of(scene.state(fresh, 2, table(1, 1, "01 0a")))))
            .attribution();
    assertThat(told.of(told.changes().getFirst()).transients())
        .extracting(Transient::key)
        .containsExactly(Bytes.fromHex("02"));
  }

  @Test
  void inAMapThatReplacesAnotherEverythingCameAfterItsCreation() {
    BpfMap fresh = hash(9);
    Scene scene =
        watched(
            write(9, Operation.CREATE, CURL, WHOLE, NONE, 1_120),
            write(9, Operation.UPDATE, CURL, key("01"), Writes.value("0a"), 1_130),
            write(9, Operation.DELETE, CURL, key("02"), NONE, 1_140));
    FlatTable same = table(1, 1, "01 0a");
    Attribution told = scene.change(hash(7), same, fresh, same).attribution();
    assertThat(told.of(told.changes().getFirst()).transients())
        .extracting(Transient::key)
        .containsExactly(Bytes.fromHex("02"));
  }

  @Test
  void whatAProgramTriesBehindTheEndOfAnArrayIsNone() {
    BpfMap array = map(7, MapType.ARRAY, 1, 1);
    FlatTable same = table(1, 1, "00 0a");
    assertThat(watched(doubtful(update("77", "0b", 1_500))).transients(array, same, same))
        .isEmpty();
  }

  @Test
  void aLongKeyIsKnownByItsHashOrToldInPart() {
    BpfMap map = map(7, MapType.HASH, 3, 1);
    Scene scene = watched(update(CURL, prefix("010203"), Writes.value("0b"), 1_500));
    FlatTable same = table(3, 1, "010203 0a");
    assertThat(only(scene.transients(map, same, same)).key()).isEqualTo(Bytes.fromHex("010203"));
    Transient gone = only(scene.transients(map, table(3, 1, ""), table(3, 1, "")));
    assertThat(gone.key()).isEqualTo(Bytes.fromHex("01"));
    assertThat(gone.truncated()).isTrue();
    Scene back = watched(update(CURL, prefix("010203"), Writes.value("0a"), 1_500));
    assertThat(back.transients(map, same, same)).isEmpty();
  }

  @Test
  void onlyThePrefixOfATrieKeyCounts() {
    BpfMap map = map(7, MapType.LPM_TRIE, 8, 1);
    FlatTable same = table(8, 1, "0c0000000a100000 0a");
    assertThat(watched(update("0c0000000a1fffff", "0a", 1_500)).transients(map, same, same))
        .isEmpty();
    Transient one =
        only(watched(update("0c0000000a1fffff", "0b", 1_500)).transients(map, same, same));
    assertThat(one.key()).isEqualTo(Bytes.fromHex("0c0000000a100000"));
  }

  @Test
  void aSlotOfAPerCpuValueIsComparedWithAll() {
    BpfMap map = map(7, MapType.PERCPU_HASH, 1, 4);
    FlatTable same = table(1, 16, "01 0000000000000000 0a0b0c0d00000000");
    assertThat(watched(update("01", "0a0b0c0d", 1_500)).transients(map, same, same)).isEmpty();
    assertThat(watched(update("01", "0a0b0c0e", 1_500)).transients(map, same, same)).hasSize(1);
    String padded = "00000000ffffffff" + "0a0b0c0dffffffff";
    assertThat(watched(update("01", padded, 1_500)).transients(map, same, same)).isEmpty();
    String other = "00000000ffffffff" + "0a0b0c0effffffff";
    assertThat(watched(update("01", other, 1_500)).transients(map, same, same)).hasSize(1);
  }

  @Test
  void ofAQueueOnlyTheHeadIsSeen() {
    BpfMap queue = map(7, MapType.QUEUE, 0, 1);
    ObservedWrite push = write(7, Operation.PUSH, CURL, WHOLE, Writes.value("0a"), 1_400);
    ObservedWrite pop = write(7, Operation.POP, BASH, WHOLE, NONE, 1_500);
    FlatTable empty = table(0, 1, "");
    assertThat(only(watched(push, pop).transients(queue, empty, empty)).last())
        .isEqualTo(value("0a", 1));
    FlatTable head = table(0, 1, "0b");
    assertThat(watched(push, pop).transients(queue, head, head)).isEmpty();
    assertThat(watched(push, pop).of(queue, head, head).inDoubt())
        .extracting(Untold::writes)
        .containsExactly(2L);
    BpfMap stack = map(7, MapType.STACK, 0, 1);
    assertThat(watched(push, pop).transients(stack, head, head)).hasSize(1);
  }

  @Test
  void ofATypeWhoseEntriesCannotBeSeenNothingIsTold() {
    BpfMap bloom = map(7, MapType.BLOOM_FILTER, 0, 1);
    ObservedWrite push = write(7, Operation.PUSH, CURL, WHOLE, Writes.value("0a"), 1_400);
    assertThat(watched(push).transients(bloom, table(0, 1, ""), table(0, 1, ""))).isEmpty();
  }
}
