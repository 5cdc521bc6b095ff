package dev.bpfaudit.report;

import dev.bpfaudit.attribution.Attribution;
import dev.bpfaudit.attribution.Interval;
import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.ReadingWindow;
import dev.bpfaudit.model.Snapshot;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Surroundings;
import dev.bpfaudit.model.TableRef;
import dev.bpfaudit.model.Tracing;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/// Facts made by hand, all of one small host.
final class Facts {
  static final Instant NOON = Instant.parse("2026-11-22T13:40:02.123456789Z");
  static final HostFacts HOST =
      new HostFacts("5f2a", "edge-7", "6.12.9-amd64", "0b1c2d3e-aaaa-bbbb-cccc-ddddeeeeffff", 4);
  static final BpfProgram DENY =
      new BpfProgram(31, 6, "deny_all", Bytes.fromHex("a04f5eef06a7f555"), 0, List.of(60L));
  static final BpfProgram ALLOW =
      new BpfProgram(77, 6, "allow_all", Bytes.fromHex("57cd311f2e27366b"), 0, List.of(60L));

  private Facts() {}

  static BpfMap map(long id, MapType type, String name, int keySize, int valueSize) {
    return map(id, type, name, keySize, valueSize, List.of());
  }

  static BpfMap map(
      long id, MapType type, String name, int keySize, int valueSize, List<String> pins) {
    long number = Arrays.asList(MapType.values()).indexOf(type);
    return new BpfMap(
        id,
        number,
        name,
        keySize,
        valueSize,
        1024,
        1,
        -1, // the largest u64, which must stay exact
        0,
        0,
        0,
        false,
        8192,
        12,
        3,
        4,
        0,
        Bytes.fromHex("00ff"),
        0,
        pins);
  }

  static FlatTable table(int keySize, int valueSize, String... rows) {
    byte[] data = Bytes.fromHex(String.join("", rows).replace(" ", "")).toArray();
    return FlatTable.ofSorted(keySize, valueSize, MemorySegment.ofArray(data));
  }

  static MapState complete(BpfMap map, FlatTable table) {
    return state(map, new Contents.Complete(TableRef.of(table)));
  }

  static MapState state(BpfMap map, Contents contents) {
    return new MapState(map, contents, new ReadingWindow(1_000, 2_000));
  }

  static SnapshotHeader header(long number, Duration later, long maps, long unread) {
    return header(HOST, number, later, maps, unread);
  }

  static SnapshotHeader header(
      HostFacts host, long number, Duration later, long maps, long unread) {
    return new SnapshotHeader(
        number,
        host,
        NOON.plus(later),
        Duration.ofHours(5).plus(later).toNanos(),
        maps,
        unread,
        Bytes.fromHex("c0ffee%02x".formatted(number).repeat(8)));
  }

  static Snapshot snapshot(long number, Duration later, List<MapState> maps, long unread) {
    SnapshotHeader header = header(number, later, maps.size(), unread);
    return new Snapshot(
        header,
        new Capture(HOST, header.takenAt(), header.boottimeNanos(), maps, List.of(DENY, ALLOW)));
  }

  /// `diff` as a report in which no tracer watched.
  static AuditReport.Compared untraced(String command, SnapshotDiff diff) {
    Tracing none = new Tracing.NotTraced("no tracer was installed");
    List<Interval> intervals =
        List.of(
            new Interval(diff.from().header(), none, Surroundings.NONE),
            new Interval(diff.to().header(), none, Surroundings.NONE));
    return new AuditReport.Compared(run(command), diff, Attribution.of(diff, intervals));
  }

  static Run run(String command) {
    return new Run("20261122-134213-1f", command, NOON, NOON.plusMillis(250));
  }

  static Renderer renderer(boolean color, boolean verbose) {
    return new Renderer(new Tool("bpfaudit", "0.1.0"), new TextStyle(color, 100, verbose));
  }
}
