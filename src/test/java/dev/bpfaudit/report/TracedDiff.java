package dev.bpfaudit.report;

import static dev.bpfaudit.report.Facts.map;
import static dev.bpfaudit.report.Facts.table;

import dev.bpfaudit.attribution.Attribution;
import dev.bpfaudit.attribution.Interval;
import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.Loss;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.ReadingWindow;
import dev.bpfaudit.model.SeededHash;
import dev.bpfaudit.model.Snapshot;
import dev.bpfaudit.model.Surroundings;
import dev.bpfaudit.model.TableRef;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.model.Variation;
import dev.bpfaudit.model.WritePath;
import dev.bpfaudit.model.WrittenKey;
import dev.bpfaudit.model.WrittenValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// A diff of 131 seconds that a tracer watched, with every kind of author, level and hole.
final class TracedDiff {
  private static final long SEED = 99;
  private static final Set<MapType> TRIES = Set.of(MapType.LPM_TRIE);
  private static final WrittenKey WHOLE = new WrittenKey.Whole();
  private static final WrittenValue NONE = new WrittenValue.None();

  private final List<MapState> before = new ArrayList<>();
  private final List<MapState> now = new ArrayList<>();
  private final List<ObservedWrite> writes = new ArrayList<>();

  TracedDiff() {}

  /// Of the clock at which these snapshots were taken: seconds after the earlier one.
  static long at(long seconds) {
    return Duration.ofHours(5).plusSeconds(seconds).toNanos();
  }

  static AuditReport make() {
    TracedDiff traced = new TracedDiff();
    traced.allowList();
    traced.counters();
    traced.routes();
    traced.mapsThatCameAndWent();
    traced.tails();
    WritePath trie = path("bpf_lpm_trie_update", TRIES, new WritePath.Blind("attach: EBUSY (16)"));
    WritePath sockets =
        path("sock_map_update", Set.of(MapType.SOCKMAP), new WritePath.Watched(at(20)));
    return traced.report(
        "check",
        List.of(all(), trie, sockets),
        List.of(new Loss("the table of writes was full", 12, new Loss.OneMap(61))));
  }

  /// A report of which nothing is missing.
  static AuditReport complete() {
    TracedDiff traced = new TracedDiff();
    traced.counters();
    return traced.report("check", List.of(all()), List.of());
  }

  /// One entry that `author` wrote.
  static AuditReport by(Author author) {
    TracedDiff traced = new TracedDiff();
    BpfMap map = map(57, MapType.HASH, "allow_list", 4, 4);
    traced.changed(map, table(4, 4, ""), table(4, 4, "0a000001 01000000"));
    traced.write(57, Operation.UPDATE, author, key("0a000001"), value("01000000"), 1, 50);
    return traced.report("check", List.of(all()), List.of());
  }

  private void allowList() {
    BpfMap open = map(57, MapType.HASH, "allow_list", 4, 4, List.of("/sys/fs/bpf/allow_list"));
    BpfMap frozen =
        new BpfMap(
            57,
            1,
            "allow_list",
            4,
            4,
            1024,
            1,
            -1,
            0,
            0,
            0,
            true,
            8192,
            12,
            3,
            4,
            0,
            Bytes.fromHex("00ff"),
            0,
            List.of());
    FlatTable was = table(4, 4, "0a000001 01000000", "0a000002 01000000", "0a000003 01000000");
    FlatTable is = table(4, 4, "0a000001 02000000", "0a000003 09000000", "0a000004 01000000");
    before.add(state(open, 0, was));
    now.add(state(frozen, 131, is));
    write(57, Operation.UPDATE, Authors.CURL, key("0a000001"), value("02000000"), 3, 30);
    write(57, Operation.UPDATE, Authors.BPFTOOL, key("0a000001"), value("03000000"), 1, 50);
    write(57, Operation.DELETE, Authors.BPFTOOL, key("0a000002"), NONE, 1, 51);
    write(57, Operation.UPDATE, Authors.GONE, key("0a000004"), value("01000000"), 1, 52);
    write(57, Operation.FREEZE, Authors.BPFTOOL, WHOLE, NONE, 1, 53);
  }

  private void counters() {
    BpfMap map = map(60, MapType.HASH, "flows", 4, 4);
    changed(
        map,
        table(4, 4, "00000001 01000000"),
        table(4, 4, "00000001 02000000", "00000002 01000000"));
    write(60, Operation.UPDATE, Authors.FIREWALL, new WrittenKey.Unknown(), NONE, 1234, 120);
  }

  private void routes() {
    BpfMap routes = map(62, MapType.LPM_TRIE, "routes", 8, 4);
    changed(routes, table(8, 4, "180000000a000000 01000000"), table(8, 4, ""));
    BpfMap limits = map(61, MapType.ARRAY, "limits", 4, 4);
    changed(limits, table(4, 4, "00000000 01000000"), table(4, 4, "00000000 02000000"));
    BpfMap settings = map(63, MapType.ARRAY, "settings", 4, 4);
    changed(
        settings,
        table(4, 4, "00000000 01000000", "01000000 01000000"),
        table(4, 4, "00000000 02000000", "01000000 02000000"));
  }

  private void mapsThatCameAndWent() {
    now.add(state(map(90, MapType.HASH, "fresh", 4, 4), 131, table(4, 4, "")));
    before.add(state(map(64, MapType.HASH, "gone", 4, 4), 0, table(4, 4, "")));
    List<String> pins = List.of("/sys/fs/bpf/conf");
    before.add(
        state(map(65, MapType.ARRAY, "conf", 4, 4, pins), 0, table(4, 4, "00000000 01000000")));
    now.add(
        state(map(91, MapType.ARRAY, "conf", 4, 4, pins), 131, table(4, 4, "00000000 02000000")));
    write(90, Operation.CREATE, Authors.CURL, WHOLE, NONE, 1, 60);
    write(64, Operation.RELEASE, Authors.BPFTOOL, WHOLE, NONE, 1, 61);
    write(91, Operation.CREATE, Authors.BPFTOOL, WHOLE, NONE, 1, 62);
    write(65, Operation.RELEASE, Authors.BPFTOOL, WHOLE, NONE, 1, 63);
    write(91, Operation.UPDATE, Authors.BPFTOOL, key("00000000"), value("02000000"), 1, 64);
  }

  private void tails() {
    BpfMap map = map(66, MapType.HASH, "ct", 4, 4);
    before.add(state(map, 0, table(4, 4, "")));
    now.add(
        new MapState(
            map,
            new Contents.Partial(TableRef.of(table(4, 4, "")), "entries changed too fast"),
            window(131)));
    write(
        66,
        Operation.UPDATE,
        new Author.Unknown("the table of processes was full"),
        new WrittenKey.Unknown(),
        NONE,
        7,
        70);
  }

  void changed(BpfMap map, FlatTable was, FlatTable is) {
    before.add(state(map, 0, was));
    now.add(state(map, 131, is));
  }

  void write(
      long map,
      Operation operation,
      Author author,
      WrittenKey key,
      WrittenValue value,
      long count,
      long second) {
    varied(map, operation, author, key, value, Variation.NONE, count, second);
  }

  void varied(
      long map,
      Operation operation,
      Author author,
      WrittenKey key,
      WrittenValue value,
      Variation variation,
      long count,
      long second) {
    long first = count == 1 ? at(second) : at(second - 10);
    writes.add(
        new ObservedWrite(
            map, operation, false, false, author, key, value, variation, count, first, at(second)));
  }

  AuditReport report(String command, List<WritePath> paths, List<Loss> losses) {
    Snapshot from = Facts.snapshot(1, Duration.ZERO, before, 0);
    Snapshot to = Facts.snapshot(2, Duration.ofSeconds(131), now, 0);
    SnapshotDiff diff = SnapshotDiff.between(from, to, map -> true);
    List<Interval> intervals =
        List.of(
            new Interval(
                from.header(),
                observed(1, -60, 2, List.of(all()), List.of(), List.of()),
                Surroundings.NONE),
            new Interval(
                to.header(),
                observed(2, 2, 133, paths, losses, writes),
                new Surroundings(List.of(), Authors.REACH)));
    return new AuditReport.Compared(Facts.run(command), diff, Attribution.of(diff, intervals));
  }

  private static Tracing observed(
      long generation,
      long began,
      long ended,
      List<WritePath> paths,
      List<Loss> losses,
      List<ObservedWrite> writes) {
    return new Tracing.Traced(
        new Observation(
            Bytes.fromHex("0f".repeat(16)),
            generation,
            HookKind.FENTRY,
            SEED,
            at(began),
            at(ended),
            paths,
            losses,
            List.of(),
            writes));
  }

  static WritePath all() {
    return path("bpf", EnumSet.allOf(MapType.class), new WritePath.Watched(at(-3600)));
  }

  private static WritePath path(String name, Set<MapType> types, WritePath.State state) {
    return new WritePath(name, HookKind.FENTRY, types, EnumSet.allOf(Operation.class), state);
  }

  private static MapState state(BpfMap map, long second, FlatTable table) {
    return new MapState(map, new Contents.Complete(TableRef.of(table)), window(second));
  }

  private static ReadingWindow window(long second) {
    return new ReadingWindow(at(second), at(second) + 1_000);
  }

  static WrittenKey key(String hex) {
    return new WrittenKey.Exact(Bytes.fromHex(hex));
  }

  static WrittenValue value(String hex) {
    Bytes value = Bytes.fromHex(hex);
    return new WrittenValue.Hashed(SeededHash.of(SEED, value), value, value.length());
  }
}
