package dev.bpfaudit.report;

import static dev.bpfaudit.report.Facts.complete;
import static dev.bpfaudit.report.Facts.map;
import static dev.bpfaudit.report.Facts.state;
import static dev.bpfaudit.report.Facts.table;

import dev.bpfaudit.diff.AttributeChange;
import dev.bpfaudit.diff.AttributeValue;
import dev.bpfaudit.diff.EntryChanges;
import dev.bpfaudit.diff.MapChange;
import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.TableRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A diff in which everything that can happen has happened.
final class RichDiff {
  private final List<MapState> before = new ArrayList<>();
  private final List<MapState> now = new ArrayList<>();
  private final List<MapChange> changes = new ArrayList<>();

  private RichDiff() {}

  static SnapshotDiff make() {
    RichDiff rich = new RichDiff();
    rich.removed();
    rich.allowList();
    rich.tailCalls();
    rich.perCpu();
    rich.longValues();
    rich.replaced();
    rich.many();
    rich.unread();
    rich.added();
    rich.notEnumerable();
    return new SnapshotDiff(
        Facts.snapshot(1, Duration.ZERO, rich.before, 0),
        Facts.snapshot(2, Duration.ofSeconds(131), rich.now, 2),
        rich.changes,
        2);
  }

  private void compared(MapState was, MapState is, AttributeChange... attributes) {
    before.add(was);
    now.add(is);
    boolean replaced = was.map().id() != is.map().id();
    EntryChanges entries = EntryChanges.between(JsonItem.knownTable(was), JsonItem.knownTable(is));
    changes.add(new MapChange.Compared(was, is, replaced, List.of(attributes), entries));
  }

  private void removed() {
    MapState gone =
        complete(
            map(41, MapType.LPM_TRIE, "routes", 8, 4), table(8, 4, "2000 0000 0a000001 01000000"));
    before.add(gone);
    changes.add(new MapChange.Removed(gone, true));
  }

  private void allowList() {
    BpfMap map = map(57, MapType.HASH, "allow_list", 4, 8, List.of("/sys/fs/bpf/allow_list"));
    compared(
        complete(map, table(4, 8, "0a000001 0000000000000001", "0a000002 6c6f63616c686f73")),
        complete(map, table(4, 8, "0a000001 0000000000000002", "c0a80001 0000000000000001")),
        new AttributeChange(
            "frozen", new AttributeValue.Flag(false), new AttributeValue.Flag(true)),
        new AttributeChange(
            "pins",
            new AttributeValue.Texts(List.of()),
            new AttributeValue.Texts(List.of("/sys/fs/bpf/allow_list"))));
  }

  private void tailCalls() {
    BpfMap map = map(60, MapType.PROG_ARRAY, "jmp_table", 4, 4);
    compared(
        complete(map, table(4, 4, "00000000 1f000000", "03000000 1f000000")),
        complete(map, table(4, 4, "00000000 4d000000", "02000000 e7030000")));
  }

  private void perCpu() {
    BpfMap map = map(61, MapType.PERCPU_ARRAY, "hits", 4, 8);
    String zero = "0000000000000000";
    compared(
        complete(map, table(4, 32, "00000000" + zero.repeat(4))),
        complete(
            map, table(4, 32, "00000000" + zero + "0700000000000000" + zero + "ff".repeat(8))));
  }

  private void longValues() {
    BpfMap map = map(62, MapType.HASH, "config", 20, 512);
    String key = "6b65792d".repeat(5);
    compared(
        complete(map, table(20, 512, key + "41".repeat(512))),
        complete(
            map,
            table(
                20,
                512,
                "00".repeat(20) + "2e".repeat(512),
                key + "41".repeat(200) + "42".repeat(100) + "41".repeat(212))));
  }

  private void replaced() {
    compared(
        complete(map(63, MapType.ARRAY, "limits", 4, 4), table(4, 4, "00000000 01000000")),
        complete(map(90, MapType.ARRAY, "limits", 4, 4), table(4, 4, "00000000 01000000")));
  }

  private void many() {
    BpfMap map = map(91, MapType.LRU_HASH, "flows", 4, 1);
    String[] rows = new String[30];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = "%08x01".formatted(i);
    }
    compared(complete(map, FlatTable.empty(4, 1)), complete(map, table(4, 1, rows)));
  }

  private void unread() {
    BpfMap map = map(92, MapType.HASH, "ct", 8, 8);
    MapState was = complete(map, FlatTable.empty(8, 8));
    String reason = "read map 92 \"ct\": EPERM. Run as root or grant CAP_SYS_ADMIN.";
    MapState is = state(map, new Contents.Unreadable(reason));
    before.add(was);
    now.add(is);
    AttributeChange grown =
        new AttributeChange(
            "maxEntries", new AttributeValue.Amount(1024), new AttributeValue.Amount(2048));
    changes.add(
        new MapChange.NotComparable(was, is, false, List.of(grown), "now unread: " + reason, true));
  }

  private void added() {
    MapState plain = complete(map(93, MapType.QUEUE, "", 0, 8), FlatTable.empty(0, 8));
    TableRef some = TableRef.of(table(4, 4, "00000000 01000000"));
    MapState partial =
        state(
            map(94, MapType.HASH, "busy", 4, 4, List.of("mnt:4026531841:/sys/fs/bpf/busy")),
            new Contents.Partial(some, "stopped after 3 restarts: entries changed too fast"));
    now.add(plain);
    now.add(partial);
    changes.add(new MapChange.Added(plain, false));
    changes.add(new MapChange.Added(partial, false));
  }

  private void notEnumerable() {
    MapState ring =
        state(
            map(95, MapType.RINGBUF, "events", 0, 0),
            new Contents.NotEnumerable(
                "a ring buffer has no entries", TableRef.of(FlatTable.empty(0, 0))));
    before.add(ring);
    now.add(ring);
  }
}
