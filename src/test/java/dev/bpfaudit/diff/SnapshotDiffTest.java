package dev.bpfaudit.diff;

import static dev.bpfaudit.Facts.complete;
import static dev.bpfaudit.Facts.map;
import static dev.bpfaudit.Facts.program;
import static dev.bpfaudit.Facts.snapshot;
import static dev.bpfaudit.Facts.state;
import static dev.bpfaudit.Facts.table;
import static dev.bpfaudit.Facts.user;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Snapshot;
import dev.bpfaudit.model.TableRef;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SnapshotDiffTest {
  private static final Contents EMPTY = complete(FlatTable.empty(1, 1));

  private static List<MapChange> changes(Snapshot from, Snapshot to) {
    return SnapshotDiff.between(from, to, map -> true).changes();
  }

  private static MapChange.Compared compared(Snapshot from, Snapshot to) {
    return (MapChange.Compared) changes(from, to).getFirst();
  }

  @Test
  void findsNothingBetweenEqualSnapshots() {
    var one = snapshot("b", List.of(state(map(1, "a"), complete(table(1, 1, 2)))));
    assertThat(changes(one, one)).isEmpty();
  }

  @Test
  void tellsAddedRemovedAndChangedEntriesWithTheirBytes() {
    var from = snapshot("b", List.of(state(map(1, "a"), complete(table(1, 1, 9, 2, 9, 200, 9)))));
    var to = snapshot("b", List.of(state(map(1, "a"), complete(table(1, 1, 9, 2, 8, 3, 7)))));
    assertThat(compared(from, to).entries())
        .containsExactly(
            new EntryChange.Changed(Bytes.of((byte) 2), Bytes.of((byte) 9), Bytes.of((byte) 8)),
            new EntryChange.Added(Bytes.of((byte) 3), Bytes.of((byte) 7)),
            new EntryChange.Removed(Bytes.of((byte) 200), Bytes.of((byte) 9)));
  }

  @Test
  void findsTheSameChangesAsTwoTreeMapsWould() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      NavigableMap<Integer, Integer> before = randomEntries(random);
      NavigableMap<Integer, Integer> now = randomEntries(random);
      List<EntryChange> expected = new ArrayList<>();
      for (int key = 0; key < 256; key++) {
        Integer was = before.get(key);
        Integer is = now.get(key);
        Bytes bytes = Bytes.of((byte) key);
        if (was == null && is != null) {
          expected.add(new EntryChange.Added(bytes, Bytes.of(is.byteValue())));
        } else if (was != null && is == null) {
          expected.add(new EntryChange.Removed(bytes, Bytes.of(was.byteValue())));
        } else if (was != null && is != null && !was.equals(is)) {
          expected.add(
              new EntryChange.Changed(bytes, Bytes.of(was.byteValue()), Bytes.of(is.byteValue())));
        }
      }
      var changes = EntryChanges.between(flat(before), flat(now));
      assertThat(changes).containsExactlyElementsOf(expected);
      assertThat(changes.added() + changes.removed() + changes.changed())
          .isEqualTo(expected.size());
    }
  }

  private static NavigableMap<Integer, Integer> randomEntries(Random random) {
    NavigableMap<Integer, Integer> entries = new TreeMap<>();
    int count = random.nextInt(60);
    for (int i = 0; i < count; i++) {
      entries.put(random.nextInt(256), random.nextInt(3));
    }
    return entries;
  }

  private static FlatTable flat(NavigableMap<Integer, Integer> entries) {
    int[] bytes = new int[entries.size() * 2];
    int at = 0;
    for (var entry : entries.entrySet()) {
      bytes[at++] = entry.getKey();
      bytes[at++] = entry.getValue();
    }
    return table(1, bytes);
  }

  @Test
  void tellsAttributesButNotMemlock() {
    var from = snapshot("b", List.of(state(map(1, "a", MapType.HASH, 10, false), EMPTY)));
    var to = snapshot("b", List.of(state(map(1, "a", MapType.HASH, 10, true, "/p"), EMPTY)));
    assertThat(compared(from, to).attributes())
        .containsExactly(
            new AttributeChange(
                "frozen", new AttributeValue.Flag(false), new AttributeValue.Flag(true)),
            new AttributeChange(
                "pins",
                new AttributeValue.Texts(List.of()),
                new AttributeValue.Texts(List.of("/p"))));
  }

  @Test
  void pairsByPinWhenTheIdIsAnother() {
    var from = snapshot("b", List.of(state(map(1, "a", "/p"), complete(table(1, 1, 1)))));
    var to = snapshot("b", List.of(state(map(2, "other", "/p"), complete(table(1, 1, 2)))));
    var change = compared(from, to);
    assertThat(change.replaced()).isTrue();
    assertThat(change.entries().changed()).isEqualTo(1);
  }

  @Test
  void pairsByNameAndShapeWhenUnique() {
    var from = snapshot("b", List.of(state(map(1, "a"), EMPTY), state(map(5, "b"), EMPTY)));
    var to = snapshot("b", List.of(state(map(2, "a"), EMPTY), state(map(5, "b"), EMPTY)));
    assertThat(compared(from, to).replaced()).isTrue();
  }

  @Test
  void callsItAmbiguousWhenSeveralMapsCouldBeIt() {
    var from = snapshot("b", List.of(state(map(1, "a"), EMPTY), state(map(2, "a"), EMPTY)));
    var to = snapshot("b", List.of(state(map(3, "a"), EMPTY)));
    assertThat(changes(from, to))
        .extracting(Object::toString)
        .allMatch(text -> text.contains("ambiguous=true"))
        .hasSize(3);
  }

  @Test
  void programsThatUseAMapTellItFromItsNamesake() {
    var maps = List.of(state(map(1, "a"), EMPTY), state(map(2, "a"), EMPTY));
    var later = List.of(state(map(3, "a"), EMPTY), state(map(4, "a"), EMPTY));
    var from = snapshot("b", maps, user(1, "x", 1), user(2, "y", 2));
    var to = snapshot("c", later, user(1, "y", 3), user(2, "x", 4));
    assertThat(SnapshotDiff.between(from, to, map -> true).changes())
        .extracting(change -> ((MapChange.Compared) change).before().map().id())
        .containsExactly(2L, 1L);
  }

  @Test
  void anIdOfAnotherBootProvesNothing() {
    var from = snapshot("b", List.of(state(map(1, "a"), EMPTY)));
    var to = snapshot("c", List.of(state(map(1, "z"), EMPTY)));
    assertThat(changes(from, to)).hasSize(2);
    assertThat(changes(from, snapshot("c", List.of(state(map(1, "a"), EMPTY)))).getFirst())
        .isInstanceOfSatisfying(
            MapChange.Compared.class, change -> assertThat(change.replaced()).isTrue());
  }

  @Test
  void neverComparesWhatWasNotRead() {
    TableRef table = TableRef.of(table(1, 1, 1));
    Contents read = new Contents.Complete(table);
    Contents partial = new Contents.Partial(table, "cut short");
    Contents unreadable = new Contents.Unreadable("EPERM");
    Contents unlisted = new Contents.NotEnumerable("ringbuf", TableRef.of(FlatTable.empty(0, 0)));
    assertThat(unread(read, partial)).isTrue();
    assertThat(unread(partial, read)).isTrue();
    assertThat(unread(partial, partial)).isTrue();
    assertThat(unread(read, unreadable)).isTrue();
    assertThat(unread(unreadable, unreadable)).isTrue();
    assertThat(unread(read, unlisted)).isTrue();
    assertThat(unread(unlisted, read)).isFalse();
    assertThat(
            changes(
                snapshot("b", List.of(state(map(1, "a"), unlisted))),
                snapshot("b", List.of(state(map(1, "a"), unlisted)))))
        .isEmpty();
  }

  private static boolean unread(Contents before, Contents now) {
    var from = snapshot("b", List.of(state(map(1, "a"), before)));
    var to = snapshot("b", List.of(state(map(1, "a"), now)));
    return ((MapChange.NotComparable) changes(from, to).getFirst()).unread();
  }

  @Test
  void tailCallSlotsCompareByProgramNotById() {
    var before = snapshot("b", List.of(slot(7)), program(7, "deny", 1), program(8, "allow", 2));
    var sameCode = snapshot("b", List.of(slot(9)), program(9, "deny", 1));
    var otherCode = snapshot("b", List.of(slot(8)), program(8, "allow", 2));
    assertThat(changes(before, sameCode)).isEmpty();
    assertThat(compared(before, otherCode).entries().changed()).isEqualTo(1);
  }

  @Test
  void anotherProgramBehindTheSameIdAfterABootIsAChange() {
    var before = snapshot("b", List.of(slot(7)), program(7, "deny", 1));
    var now = snapshot("c", List.of(slot(7)), program(7, "deny", 2));
    assertThat(compared(before, now).entries().changed()).isEqualTo(1);
  }

  @Test
  void programsThatCouldNotBeOpenedCompareById() {
    BpfProgram seven = new BpfProgram(7, 0, "", Bytes.EMPTY, 0, List.of());
    BpfProgram nine = new BpfProgram(9, 0, "", Bytes.EMPTY, 0, List.of());
    var before = snapshot("b", List.of(slot(7)), seven);
    assertThat(compared(before, snapshot("b", List.of(slot(9)), nine)).entries().changed())
        .isEqualTo(1);
    assertThat(changes(before, snapshot("b", List.of(slot(7)), seven))).isEmpty();
    assertThat(changes(before, snapshot("b", List.of(slot(7)), program(7, "deny", 1)))).isEmpty();
  }

  @Test
  void numbersInAMapOfAnotherTypeAreNoPrograms() {
    MapState numbers = state(map(1, "calls", "/p"), slot(7).contents());
    MapState slots =
        state(map(2, "calls", MapType.PROG_ARRAY, 10, false, "/p"), slot(9).contents());
    var before = snapshot("b", List.of(numbers), program(7, "deny", 1));
    var now = snapshot("b", List.of(slots), program(9, "deny", 1));
    assertThat(compared(before, now).entries().changed()).isEqualTo(1);
    assertThat(compared(now, before).entries().changed()).isEqualTo(1);
  }

  @Test
  void pairsTwentyThousandMaps() {
    List<MapState> maps = new ArrayList<>();
    List<MapState> later = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      maps.add(state(map(i + 1, "m" + i, "/p" + i), EMPTY));
      later.add(state(map(200_000 - i, "m" + i, "/p" + i), EMPTY));
    }
    assertThat(changes(snapshot("b", maps), snapshot("c", later)))
        .hasSize(20_000)
        .allSatisfy(change ->
            assertThat(change)
                .isInstanceOfSatisfying(
                    MapChange.Compared.class, it -> assertThat(it.replaced()).isTrue()));
  }

  private static MapState slot(int program) {
    byte[] row =
        ByteBuffer.allocate(5).order(ByteOrder.nativeOrder()).put((byte) 0).putInt(program).array();
    FlatTable table = FlatTable.ofSorted(1, 4, MemorySegment.ofArray(row));
    return state(map(1, "calls", MapType.PROG_ARRAY, 10, false), complete(table));
  }
}
