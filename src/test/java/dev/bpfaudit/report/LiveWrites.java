package dev.bpfaudit.report;

import static dev.bpfaudit.report.TracedDiff.at;

import dev.bpfaudit.attribution.WallClock;
import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.LiveWrite;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.WrittenKey;
import dev.bpfaudit.model.WrittenValue;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes as `watch` tells them, made by hand.
final class LiveWrites {
  static final BpfMap ALLOW_LIST =
      Facts.map(57, MapType.HASH, "allow_list", 4, 4, List.of("/sys/fs/bpf/allow_list"));
  static final BpfMap TAIL_CALLS = Facts.map(60, MapType.PROG_ARRAY, "tail_calls", 4, 4);
  static final WrittenKey WHOLE = new WrittenKey.Whole();
  static final WrittenValue NONE = new WrittenValue.None();

  private LiveWrites() {}

  /// One of every kind, by the name of its golden files.
  static Map<String, Document> documents() {
    Bytes longKey = Bytes.fromHex("2f746d70".repeat(16));
    Map<String, Document> all = new LinkedHashMap<>();
    all.put("write-key", update(Authors.BPFTOOL, "0a420606", "01000000", 1));
    all.put(
        "write-slot",
        written(
            TAIL_CALLS, Operation.UPDATE, Authors.CURL, key("00000000"), value("4d000000"), 1, 1));
    all.put(
        "write-program",
        written(
            ALLOW_LIST,
            Operation.DELETE,
            Authors.FIREWALL,
            new WrittenKey.Unknown(),
            NONE,
            10_204,
            900));
    all.put(
        "write-long",
        drained(
            written(
                Facts.map(61, MapType.HASH, "paths", 128, 200),
                Operation.UPDATE,
                Authors.GONE,
                new WrittenKey.Prefix(longKey, 128, 9),
                new WrittenValue.Hashed(7, longKey, 200),
                3,
                2)));
    all.put("write-map", written(null, Operation.CREATE, Authors.CURL, WHOLE, NONE, 1, 1));
    all.put(
        "notice",
        new Notice(Facts.NOON, Notice.Kind.MISSED, "missed 3 beats: the last check took long"));
    return all;
  }

  static WrittenKey key(String hex) {
    return new WrittenKey.Exact(Bytes.fromHex(hex));
  }

  static WrittenValue value(String hex) {
    Bytes bytes = Bytes.fromHex(hex);
    return new WrittenValue.Hashed(1, bytes, bytes.length());
  }

  static Written update(Author author, String key, String value, long count) {
    return written(ALLOW_LIST, Operation.UPDATE, author, key(key), value(value), count, count);
  }

  static Written written(
      @Nullable BpfMap map,
      Operation operation,
      Author author,
      WrittenKey key,
      WrittenValue value,
      long recorded,
      long count) {
    ObservedWrite write =
        new ObservedWrite(
            map == null ? 99 : map.id(),
            operation,
            /* batch= */ key instanceof WrittenKey.Prefix,
            /* doubtful= */ key instanceof WrittenKey.Prefix,
            author,
            key,
            value,
            /* varied= */ false,
            recorded,
            at(50),
            at(60));
    WallClock clock = new WallClock(Facts.NOON, Duration.ofHours(5).toNanos());
    return new Written(Facts.HOST, map, new LiveWrite(write, count), clock, null);
  }

  private static Written drained(Written written) {
    return new Written(
        written.host(),
        written.map(),
        written.write(),
        written.clock(),
        Facts.header(12, Duration.ofMinutes(1), 7, 0));
  }
}
