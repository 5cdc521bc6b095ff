package dev.bpfaudit.report;

import static dev.bpfaudit.report.Facts.map;
import static dev.bpfaudit.report.Facts.table;
import static dev.bpfaudit.report.TracedDiff.at;
import static dev.bpfaudit.report.TracedDiff.key;
import static dev.bpfaudit.report.TracedDiff.value;

import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.Variation;
import dev.bpfaudit.model.WrittenKey;
import dev.bpfaudit.model.WrittenValue;
import java.util.List;

/// A diff of 131 seconds in which entries came and went in every way.
final class TransientDiff {
  private static final WrittenValue NONE = new WrittenValue.None();

  private final TracedDiff traced = new TracedDiff();

  private TransientDiff() {}

  static AuditReport make() {
    TransientDiff diff = new TransientDiff();
    diff.allowList();
    diff.allByOne();
    diff.longOnes();
    diff.references();
    diff.changedToo();
    diff.unknownKeys();
    diff.shortLived();
    return diff.traced.report("check", List.of(TracedDiff.all()), List.of());
  }

  private void unchanged(BpfMap map, FlatTable table) {
    traced.changed(map, table, table);
  }

  private void update(long map, Author by, String key, String value, long second) {
    traced.write(map, Operation.UPDATE, by, key(key), value(value), 1, second);
  }

  private void delete(long map, Author by, String key, long second) {
    traced.write(map, Operation.DELETE, by, key(key), NONE, 1, second);
  }

  private void allowList() {
    unchanged(
        map(57, MapType.HASH, "allow_list", 4, 4, List.of("/sys/fs/bpf/allow_list")),
        table(4, 4, "0a000001 01000000", "0a000002 01000000", "0a000003 01000000"));
    update(57, Authors.CURL, "0a420606", "01000000", 30);
    delete(57, Authors.CURL, "0a420606", 44);
    traced.varied(
        57,
        Operation.UPDATE,
        Authors.BPFTOOL,
        key("0a000001"),
        value("01000000"),
        new Variation.Since(at(51), value("02000000")),
        2,
        51);
    delete(57, Authors.BPFTOOL, "0a000002", 60);
    update(57, Authors.BPFTOOL, "0a000002", "01000000", 70);
    delete(57, Authors.FIREWALL, "0a420707", 61);
  }

  private void allByOne() {
    unchanged(map(58, MapType.LRU_HASH, "flows", 4, 1), table(4, 1, ""));
    for (int i = 0; i < 30; i++) {
      update(58, Authors.FIREWALL, "%08x".formatted(i), "01", 40 + i);
    }
  }

  private void longOnes() {
    String was = "65".repeat(20);
    unchanged(map(59, MapType.HASH, "config", 20, 20), table(20, 20, "01".repeat(20) + was));
    update(59, Authors.CURL, "01".repeat(20), "66".repeat(20), 40);
    delete(59, Authors.BPFTOOL, "01".repeat(20), 41);
    update(59, Authors.BPFTOOL, "01".repeat(20), was, 42);
    traced.write(
        59,
        Operation.UPDATE,
        Authors.CURL,
        new WrittenKey.Prefix(Bytes.fromHex("07".repeat(16)), 20, 7),
        new WrittenValue.Hashed(8, Bytes.fromHex("68".repeat(16)), 200),
        1,
        43);
  }

  private void references() {
    unchanged(map(60, MapType.PROG_ARRAY, "jmp_table", 4, 4), table(4, 4, "00000000 1f000000"));
    update(60, Authors.BPFTOOL, "00000000", "4d000000", 40);
    update(60, Authors.CURL, "00000000", "1f000000", 50);
    unchanged(
        map(61, MapType.PERCPU_ARRAY, "hits", 4, 4), table(4, 32, "00000000" + "00".repeat(32)));
    update(61, Authors.FIREWALL, "00000000", "07000000", 40);
    unchanged(map(62, MapType.QUEUE, "work", 0, 4), table(0, 4, ""));
  }

  private void changedToo() {
    traced.changed(
        map(63, MapType.ARRAY, "limits", 4, 4),
        table(4, 4, "00000000 01000000", "01000000 01000000"),
        table(4, 4, "00000000 02000000", "01000000 01000000"));
    update(63, Authors.CURL, "00000000", "02000000", 40);
    update(63, Authors.CURL, "01000000", "ff000000", 41);
    update(63, Authors.CURL, "01000000", "01000000", 42);
  }

  private void shortLived() {
    WrittenKey whole = new WrittenKey.Whole();
    traced.write(99, Operation.CREATE, Authors.BPFTOOL, whole, NONE, 1, 70);
    update(99, Authors.BPFTOOL, "01", "02", 71);
    traced.write(99, Operation.RELEASE, Authors.BPFTOOL, whole, NONE, 1, 72);
  }

  private void unknownKeys() {
    unchanged(map(64, MapType.HASH, "ct", 4, 4), table(4, 4, ""));
    traced.write(64, Operation.UPDATE, Authors.FIREWALL, new WrittenKey.Unknown(), NONE, 1234, 120);
  }
}
