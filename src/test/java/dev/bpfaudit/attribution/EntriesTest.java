package dev.bpfaudit.attribution;

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
import static dev.bpfaudit.attribution.Writes.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.WrittenKey;
import dev.bpfaudit.model.WrittenValue;
import org.junit.jupiter.api.Test;

/// Who wrote an entry, and how sure that is.
class EntriesTest {
  @Test
  void aWriteOfThisKeyAndValueIsConfirmed() {
    Attributed who = watched(update("01", "0a", 1_500)).hash("", "01 0a").entry();
    assertThat(who.level()).isEqualTo(Level.CONFIRMED);
    Writer writer = who.writers().getFirst();
    assertThat(writer.author()).isEqualTo(CURL);
    assertThat(writer.clock().at(writer.lastNanos())).isEqualTo(Scene.EPOCH.plusNanos(1_500));
  }

  @Test
  void aWriteOfThisKeyWithAnotherValueIsProbable() {
    assertThat(watched(update("01", "0b", 1_500)).hash("", "01 0a").level())
        .isEqualTo(Level.PROBABLE);
    var uncomparable = update(CURL, key("01"), new WrittenValue.Unknown(), 1_500);
    assertThat(watched(uncomparable).hash("01 0b", "01 0a").level()).isEqualTo(Level.PROBABLE);
    assertThat(watched(delete("01", 1_500)).hash("01 0b", "01 0a").level())
        .isEqualTo(Level.PROBABLE);
  }

  @Test
  void aDeletionOfThisKeyExplainsThatItIsGone() {
    assertThat(watched(delete("01", 1_500)).hash("01 0a", "").level()).isEqualTo(Level.CONFIRMED);
    var taken = write(7, Operation.LOOKUP_AND_DELETE, CURL, key("01"), NONE, 1_500);
    assertThat(watched(taken).hash("01 0a", "").level()).isEqualTo(Level.CONFIRMED);
    assertThat(watched(update("01", "0a", 1_500)).hash("01 0a", "").level())
        .isEqualTo(Level.PROBABLE);
  }

  @Test
  void doubtCapsAtProbable() {
    assertThat(watched(doubtful(update("01", "0a", 1_500))).hash("", "01 0a").level())
        .isEqualTo(Level.PROBABLE);
    assertThat(watched(doubtful(delete("01", 1_500))).hash("01 0a", "").level())
        .isEqualTo(Level.PROBABLE);
  }

  @Test
  void aWriteOfAnUnknownKeyIsProbable() {
    var counter = update(program("fw", "swapper"), UNKNOWN, value("0a"), 1_500);
    assertThat(watched(counter).hash("", "01 0a").level()).isEqualTo(Level.PROBABLE);
  }

  @Test
  void otherKeysMapsAndMomentsNameNobody() {
    ObservedWrite otherMap = write(8, Operation.UPDATE, CURL, key("01"), value("0a"), 1_500);
    Scene scene =
        watched(
            update("02", "0a", 1_500),
            otherMap,
            update("01", "0a", 1_050),
            update("01", "0a", 2_250),
            write(7, Operation.OPEN, CURL, WHOLE, NONE, 1_500),
            write(7, Operation.MMAP, CURL, WHOLE, NONE, 1_500));
    Attributed who = scene.hash("02 01", "01 0a 02 01").entry();
    assertThat(who.writers()).isEmpty();
    assertThat(who.level()).isEqualTo(Level.UNEXPLAINED);
  }

  @Test
  void whatWasDrainedWithTheEarlierSnapshotAfterTheMapWasReadCounts() {
    Scene scene = new Scene().drained(1, 1, update("01", "0a", 1_250)).drained(2, 2);
    assertThat(scene.hash("", "01 0a").level()).isEqualTo(Level.CONFIRMED);
  }

  @Test
  void theLastValueCountsOnlyIfItWasWrittenBeforeTheReadingEnded() {
    ObservedWrite one = update("01", "0a", 1_500);
    assertThat(watched(often(one, 3, 1_500, 2_250)).hash("", "01 0a").level())
        .isEqualTo(Level.PROBABLE);
    assertThat(watched(often(one, 3, 1_050, 2_150)).hash("", "01 0a").level())
        .isEqualTo(Level.CONFIRMED);
    ObservedWrite gone = often(delete("01", 1_500), 2, 1_050, 2_250);
    assertThat(watched(gone).hash("01 0a", "").level()).isEqualTo(Level.PROBABLE);
  }

  @Test
  void allWritersOfAKeyAreListedTheLastFirst() {
    Scene scene =
        watched(
            update(CURL, key("01"), value("0a"), 1_400),
            update(BASH, key("01"), value("0b"), 1_500),
            update(program("fw", "swapper"), UNKNOWN, value("0c"), 1_450));
    Attributed who = scene.hash("", "01 0a").entry();
    assertThat(who.level()).isEqualTo(Level.CONFIRMED);
    assertThat(who.writers())
        .extracting(Writer::author)
        .containsExactly(BASH, program("fw", "swapper"), CURL);
    assertThat(who.writers())
        .extracting(Writer::confidence)
        .containsExactly(Level.PROBABLE, Level.PROBABLE, Level.CONFIRMED);
  }

  @Test
  void oneAuthorInSeveralDrainsIsOneWriterAsSureAsTheSurestRecord() {
    Scene scene =
        new Scene()
            .drained(1, 1)
            .drained(2, 2, often(update("01", "0a", 1_500), 3, 1_400, 1_500))
            .drained(3, 3, update("01", "0b", 2_500))
            .numbers(1, 3);
    Attributed who = scene.hash("", "01 0a").entry();
    assertThat(who.writers()).hasSize(1);
    Writer writer = who.writers().getFirst();
    assertThat(writer.count()).isEqualTo(4);
    assertThat(writer.confidence()).isEqualTo(Level.CONFIRMED);
    assertThat(writer.firstNanos()).isEqualTo(1_400);
    assertThat(writer.lastNanos()).isEqualTo(2_500);
  }

  @Test
  void aProgramIsOneWriterOnTopOfWhateverTask() {
    Scene scene =
        watched(
            update(program("fw", "swapper"), key("01"), value("0a"), 1_400),
            update(program("fw", "curl"), key("01"), value("0a"), 1_500));
    Attributed who = scene.hash("", "01 0a").entry();
    assertThat(who.writers()).hasSize(1);
    assertThat(who.writers().getFirst().author()).isEqualTo(program("fw", "curl"));
  }

  @Test
  void aLongKeyIsKnownByItsHash() {
    BpfMap map = map(7, MapType.HASH, 3, 1);
    Scene scene = watched(update(CURL, prefix("010203"), value("0a"), 1_500));
    assertThat(scene.change(map, table(3, 1, ""), table(3, 1, "010203 0a")).level())
        .isEqualTo(Level.CONFIRMED);
    assertThat(scene.change(map, table(3, 1, ""), table(3, 1, "010204 0a")).level())
        .isEqualTo(Level.UNEXPLAINED);
  }

  @Test
  void onlyThePrefixOfATrieKeyCounts() {
    BpfMap map = map(7, MapType.LPM_TRIE, 8, 1);
    var empty = table(8, 1, "");
    Scene scene = watched(update("0c0000000a1fffff", "01", 1_500));
    assertThat(scene.change(map, empty, table(8, 1, "0c0000000a100000 01")).level())
        .isEqualTo(Level.CONFIRMED);
    assertThat(scene.change(map, empty, table(8, 1, "0c0000000a200000 01")).level())
        .isEqualTo(Level.UNEXPLAINED);
    assertThat(scene.change(map, empty, table(8, 1, "0b0000000a100000 01")).level())
        .isEqualTo(Level.UNEXPLAINED);
  }

  @Test
  void theStartOfATrieKeyIsEnoughIfThePrefixEndsInIt() {
    BpfMap map = map(7, MapType.LPM_TRIE, 8, 1);
    WrittenKey start = new WrittenKey.Prefix(Bytes.fromHex("0c0000000a1f"), 8, 0);
    Scene scene = watched(update(CURL, start, value("01"), 1_500));
    assertThat(scene.change(map, table(8, 1, ""), table(8, 1, "0c0000000a1fffff 01")).level())
        .isEqualTo(Level.CONFIRMED);
  }

  @Test
  void aPerCpuValueIsComparedWholeOrSlotBySlot() {
    BpfMap map = map(7, MapType.PERCPU_HASH, 1, 4);
    var before = table(1, 16, "");
    var now = table(1, 16, "01 0000000000000000 0a0b0c0d00000000");
    assertThat(watched(update("01", "0a0b0c0d", 1_500)).change(map, before, now).level())
        .isEqualTo(Level.CONFIRMED);
    String whole = "0000000000000000" + "0a0b0c0d00000000";
    assertThat(watched(update("01", whole, 1_500)).change(map, before, now).level())
        .isEqualTo(Level.CONFIRMED);
    assertThat(watched(update("01", "0a0b0c0e", 1_500)).change(map, before, now).level())
        .isEqualTo(Level.PROBABLE);
    BpfMap plain = map(7, MapType.HASH, 1, 16);
    assertThat(watched(update("01", "0a0b0c0d", 1_500)).change(plain, before, now).level())
        .isEqualTo(Level.PROBABLE);
  }

  @Test
  void theHeadOfAQueueIsItsOnlyKey() {
    BpfMap queue = map(7, MapType.QUEUE, 0, 1);
    ObservedWrite push = write(7, Operation.PUSH, CURL, WHOLE, value("0a"), 1_400);
    ObservedWrite pop = write(7, Operation.POP, BASH, WHOLE, NONE, 1_500);
    assertThat(watched(push).change(queue, table(0, 1, ""), table(0, 1, "0a")).level())
        .isEqualTo(Level.CONFIRMED);
    assertThat(watched(pop).change(queue, table(0, 1, "0a"), table(0, 1, "")).level())
        .isEqualTo(Level.CONFIRMED);
    assertThat(watched(pop).change(queue, table(0, 1, "0a"), table(0, 1, "0b")).level())
        .isEqualTo(Level.PROBABLE);
  }

  @Test
  void aReversedDiffIsAttributedForward() {
    Scene.Told told = watched(update("01", "0a", 1_500)).numbers(2, 1).hash("01 0a", "");
    assertThat(told.level()).isEqualTo(Level.CONFIRMED);
    assertThat(told.attribution().coverage().from()).isEqualTo(Scene.EPOCH.plusNanos(1_000));
  }

  @Test
  void whatTheKernelRemovesByItselfIsNeverUnexplained() {
    BpfMap lru = map(7, MapType.LRU_HASH, 1, 1);
    assertThat(watched().change(lru, table(1, 1, "01 0a"), table(1, 1, "")).level())
        .isEqualTo(Level.UNOBSERVED);
    assertThat(watched().change(lru, table(1, 1, ""), table(1, 1, "01 0a")).level())
        .isEqualTo(Level.UNEXPLAINED);
  }
}
