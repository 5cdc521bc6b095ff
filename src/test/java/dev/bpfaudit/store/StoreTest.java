package dev.bpfaudit.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bpfaudit.model.Baseline;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.ReadingWindow;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.TableRef;
import dev.bpfaudit.model.Verification;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreTest {
  @TempDir private Path parent;

  private Store open() {
    return Store.open(parent.resolve("store"), said -> {});
  }

  private static MapState state(BpfMap map, Contents contents) {
    return new MapState(map, contents, new ReadingWindow(50 + map.id(), 90 + 2 * map.id()));
  }

  private static Capture everyKind() {
    TableRef some = TableRef.of(Samples.random(1, 9, 8));
    TableRef none = TableRef.of(FlatTable.empty(0, 0));
    BpfMap odd =
        new BpfMap(
            9,
            99,
            "a\u001b\\x9b\n",
            0xffffffffL,
            0,
            1,
            0x80000000L,
            -1,
            3,
            4,
            5,
            true,
            6,
            7,
            8,
            9,
            10,
            Bytes.fromHex("ff"),
            11,
            List.of("/sys/fs/bpf/ä b", "mnt:4026531841:/x"));
    return new Capture(
        Samples.HOST,
        Samples.NOON,
        100,
        List.of(
            state(Samples.map(1, "complete", 4, 8), new Contents.Complete(some)),
            state(Samples.map(2, "partial", 4, 8), new Contents.Partial(some, "cut short")),
            state(Samples.map(3, "unreadable", 4, 8), new Contents.Unreadable("EPERM")),
            state(Samples.map(4, "ring", 0, 0), new Contents.NotEnumerable("a ringbuf", none)),
            state(Samples.map(5, "empty", 4, 8), new Contents.Complete(empty())),
            state(odd, new Contents.Complete(TableRef.of(FlatTable.empty(3, 0))))),
        List.of(Samples.program(7), Samples.program(8)));
  }

  private static TableRef empty() {
    return TableRef.of(FlatTable.empty(4, 8));
  }

  @Test
  void restoresEveryKindOfContents() {
    Capture capture = everyKind();
    SnapshotHeader header;
    try (Store store = open()) {
      header = Samples.record(store, capture);
    }
    try (Store store = open()) {
      assertThat(store.log(Samples.HOST.id())).containsExactly(header);
      assertThat(store.load(header)).matches(snapshot -> Samples.same(snapshot, capture));
      assertThat(header.number()).isEqualTo(1);
      assertThat(header.maps()).isEqualTo(6);
      assertThat(header.unread()).isEqualTo(2);
      assertThat(store.hosts()).containsExactly(Samples.HOST);
    }
  }

  @Test
  void restoresFiveHundredChangingSnapshotsByteForByte() {
    ChangingHost host = new ChangingHost(new Random(42));
    List<Capture> captures = new ArrayList<>();
    List<SnapshotHeader> headers = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      try (Store store = open()) {
        for (int i = 0; i < 100; i++) {
          captures.add(host.next());
          headers.add(Samples.record(store, captures.getLast()));
        }
        assertThat(store.load(headers.getLast()))
            .matches(snapshot -> Samples.same(snapshot, captures.getLast()));
      }
    }
    try (Store store = open()) {
      assertThat(store.log(Samples.HOST.id())).containsExactlyElementsOf(headers.reversed());
      for (int i = 0; i < headers.size(); i++) {
        Capture capture = captures.get(i);
        assertThat(store.load(headers.get(i)))
            .as("snapshot @%d", i + 1)
            .matches(snapshot -> Samples.same(snapshot, capture));
      }
      assertThat(store.verify(Optional.empty()).faults()).isEmpty();
    }
  }

  @Test
  void takesBackARecordingThatIsNotCommitted() {
    try (Store store = open()) {
      SnapshotHeader first = Samples.record(store, everyKind());
      try (Recording recording = store.begin(Samples.HOST)) {
        recording.keep(Samples.map(1, "complete", 4, 8), Samples.random(2, 10_000, 64));
      }
      assertThat(store.log(Samples.HOST.id())).containsExactly(first);
    }
    try (Store store = open()) {
      assertThat(store.log(Samples.HOST.id())).hasSize(1);
      assertThat(Samples.record(store, everyKind()).number()).isEqualTo(2);
      assertThat(store.verify(Optional.empty()).faults()).isEmpty();
    }
  }

  @Test
  void keepsTheOrderWhenTheClockIsSetBackAndTheBootChanges() {
    HostFacts later = Samples.host(Samples.HOST.id(), "b007-2");
    Instant yesterday = Samples.NOON.minusSeconds(86_400);
    List<FlatTable> tables = List.of(Samples.random(1, 3, 4));
    try (Store store = open()) {
      Samples.record(store, Samples.capture(Samples.HOST, Samples.NOON, tables));
      Samples.record(store, Samples.capture(later, yesterday, tables));
      List<SnapshotHeader> log = store.log(Samples.HOST.id());
      assertThat(log).extracting(SnapshotHeader::number).containsExactly(2L, 1L);
      assertThat(log).extracting(SnapshotHeader::takenAt).containsExactly(yesterday, Samples.NOON);
      assertThat(store.hosts()).containsExactly(later);
      assertThat(store.verify(Optional.empty()).faults()).isEmpty();
    }
  }

  @Test
  void keepsHostsApart() {
    HostFacts other = Samples.host("0000000000000002", "b007-9");
    List<FlatTable> tables = List.of(Samples.random(1, 30, 40));
    try (Store store = open()) {
      Samples.record(store, Samples.capture(Samples.HOST, Samples.NOON, tables));
      SnapshotHeader second = Samples.record(store, Samples.capture(other, Samples.NOON, tables));
      assertThat(second.number()).isEqualTo(1);
      assertThat(store.hosts()).containsExactly(other, Samples.HOST);
      store.setBaseline(second, Samples.NOON);
      assertThat(store.baseline(Samples.HOST.id())).isEmpty();
      assertThat(store.baseline(other.id())).isPresent();
      assertThat(store.verify(Optional.empty()).faults()).isEmpty();
    }
  }

  @Test
  void remembersTheBaselineSetLast() {
    try (Store store = open()) {
      SnapshotHeader first = Samples.record(store, everyKind());
      SnapshotHeader second = Samples.record(store, everyKind());
      store.setBaseline(second, Samples.NOON);
      store.setBaseline(first, Samples.NOON.plusSeconds(1));
    }
    try (Store store = open()) {
      Baseline baseline = store.baseline(Samples.HOST.id()).orElseThrow();
      assertThat(baseline.snapshot().number()).isEqualTo(1);
      assertThat(baseline.setAt()).isEqualTo(Samples.NOON.plusSeconds(1));
      Verification verification = store.verify(Optional.of(baseline.hash()));
      assertThat(verification.faults()).isEmpty();
      assertThat(verification.head()).isEqualTo(baseline.hash());
      assertThat(verification.snapshots()).isEqualTo(2);
    }
  }

  @Test
  void verifyMissesAHashThatNoLinkHas() {
    try (Store store = open()) {
      SnapshotHeader first = Samples.record(store, everyKind());
      Samples.record(store, everyKind());
      assertThat(store.verify(Optional.of(first.hash())).faults()).isEmpty();
      assertThat(store.verify(Optional.of(Bytes.fromHex("00"))).faults())
          .singleElement()
          .matches(fault -> fault.what().contains("expected hash 00"));
    }
  }

  @Test
  void hasNoUseForAHostIdThatBreaksLines() {
    try (Store store = open()) {
      HostFacts host = Samples.host("a\nb", "b");
      assertThatThrownBy(() -> store.begin(host)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
