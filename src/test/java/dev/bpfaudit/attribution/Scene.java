package dev.bpfaudit.attribution;

import dev.bpfaudit.diff.EntryChange;
import dev.bpfaudit.diff.MapChange;
import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.Holder;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.Loss;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.ProgramReach;
import dev.bpfaudit.model.Reach;
import dev.bpfaudit.model.ReadingWindow;
import dev.bpfaudit.model.Snapshot;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Surroundings;
import dev.bpfaudit.model.TableRef;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.model.WritePath;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Snapshots, each 1,000 ns after the one before: begun at 1,000 × number, map read from 100 to 200
/// ns later, drained at 300.
final class Scene {
  static final String BOOT = "boot";
  static final Instant EPOCH = Instant.parse("2026-01-02T03:04:00Z");
  static final Bytes INSTALLATION = Bytes.fromHex("00112233445566778899aabbccddeeff");
  static final WritePath ALL =
      new WritePath(
          "all",
          HookKind.FENTRY,
          EnumSet.allOf(MapType.class),
          EnumSet.allOf(Operation.class),
          new WritePath.Watched(0));

  private final List<Interval> intervals = new ArrayList<>();
  private final List<Snapshot> between = new ArrayList<>();
  private String bootBefore = BOOT;
  private String bootNow = BOOT;
  private long numberBefore = 1;
  private long numberNow = 2;

  /// Watched all the time by one path, and saw `writes` before the drain of the second snapshot.
  static Scene watched(ObservedWrite... writes) {
    return new Scene().drained(1, 1).drained(2, 2, writes);
  }

  static Scene of(Interval... intervals) {
    Scene scene = new Scene();
    scene.intervals.addAll(List.of(intervals));
    return scene;
  }

  Scene drained(long number, long generation, ObservedWrite... writes) {
    return and(number, observation(number, generation, List.of(ALL), List.of(), writes));
  }

  Scene and(long number, Observation observation) {
    intervals.add(
        new Interval(header(BOOT, number), new Tracing.Traced(observation), Surroundings.NONE));
    return this;
  }

  /// Who could have written unseen, as the newest snapshot so far found it.
  Scene reach(ProgramReach program, Holder... holders) {
    Interval last = intervals.removeLast();
    Reach reach = new Reach(List.of(program), List.of(holders), List.of("something"));
    intervals.add(
        new Interval(last.snapshot(), last.tracing(), new Surroundings(List.of(), reach)));
    return this;
  }

  Scene unwatched(long number, String why) {
    intervals.add(
        new Interval(header(BOOT, number), new Tracing.NotTraced(why), Surroundings.NONE));
    return this;
  }

  Scene numbers(long before, long now) {
    numberBefore = before;
    numberNow = now;
    return this;
  }

  Scene boots(String before, String now) {
    bootBefore = before;
    bootNow = now;
    return this;
  }

  static Observation observation(
      long number,
      long generation,
      List<WritePath> paths,
      List<Loss> losses,
      ObservedWrite... writes) {
    long began = number == 1 ? 0 : (number - 1) * 1_000 + 300;
    return new Observation(
        INSTALLATION,
        generation,
        HookKind.FENTRY,
        42,
        began,
        number * 1_000 + 300,
        paths,
        losses,
        List.of(),
        List.of(writes));
  }

  static WritePath path(String name, Set<MapType> types, WritePath.State state) {
    return new WritePath(
        name, HookKind.FENTRY, types, EnumSet.of(Operation.UPDATE, Operation.DELETE), state);
  }

  static SnapshotHeader header(String boot, long number) {
    HostFacts host = new HostFacts("h", "host", "6.18", boot, 2);
    Instant at = EPOCH.plusNanos(number * 1_000);
    return new SnapshotHeader(number, host, at, number * 1_000, 1, 0, Bytes.EMPTY);
  }

  static BpfMap map(long id, MapType type, int keySize, int valueSize) {
    long number = Arrays.asList(MapType.values()).indexOf(type);
    return new BpfMap(
        id,
        number,
        "m",
        keySize,
        valueSize,
        10,
        0,
        0,
        0,
        0,
        0,
        false,
        0,
        0,
        0,
        0,
        0,
        Bytes.EMPTY,
        0,
        List.of("/sys/fs/bpf/m"));
  }

  static BpfMap hash(long id) {
    return map(id, MapType.HASH, 1, 1);
  }

  static FlatTable table(int keySize, int valueSize, String hex) {
    byte[] data = Bytes.fromHex(hex.replace(" ", "")).toArray();
    return FlatTable.ofSorted(keySize, valueSize, MemorySegment.ofArray(data));
  }

  /// What `map` held in snapshot `number`.
  MapState state(BpfMap map, long number, FlatTable table) {
    Contents contents =
        table.keySize() == 0
            ? new Contents.NotEnumerable("a queue", TableRef.of(table))
            : new Contents.Complete(TableRef.of(table));
    return state(map, number, contents);
  }

  MapState state(BpfMap map, long number, Contents contents) {
    return new MapState(
        map, contents, new ReadingWindow(number * 1_000 + 100, number * 1_000 + 200));
  }

  SnapshotDiff diff(List<MapState> before, List<MapState> now) {
    return SnapshotDiff.between(
        snapshot(bootBefore, numberBefore, before), snapshot(bootNow, numberNow, now), map -> true);
  }

  private static Snapshot snapshot(String boot, long number, List<MapState> maps) {
    SnapshotHeader header = header(boot, number);
    return new Snapshot(
        header,
        new Capture(header.host(), header.takenAt(), header.boottimeNanos(), maps, List.of()));
  }

  /// The only change of the only map.
  Told change(BpfMap map, FlatTable before, FlatTable now) {
    return change(map, before, map, now);
  }

  Told change(BpfMap mapBefore, FlatTable before, BpfMap mapNow, FlatTable now) {
    return tell(
        diff(
            List.of(state(mapBefore, numberBefore, before)),
            List.of(state(mapNow, numberNow, now))));
  }

  /// One map whose keys and values have one byte, both in hex.
  Told hash(String before, String now) {
    return change(hash(7), table(1, 1, before), table(1, 1, now));
  }

  Told tell(SnapshotDiff diff) {
    Attribution attribution = Attribution.of(diff, intervals);
    return new Told(diff, attribution, attribution.of(diff.changes().getFirst()));
  }

  /// What is told of one map.
  Attribution of(BpfMap map, FlatTable before, FlatTable now) {
    return Attribution.of(
        diff(List.of(state(map, numberBefore, before)), List.of(state(map, numberNow, now))),
        intervals,
        between);
  }

  Scene shown(long number, BpfMap map, TableRef table) {
    between.add(snapshot(BOOT, number, List.of(state(map, number, new Contents.Complete(table)))));
    return this;
  }

  /// A stored snapshot in between shows the map so.
  Scene shown(long number, BpfMap map, FlatTable table) {
    between.add(snapshot(BOOT, number, List.of(state(map, number, table))));
    return this;
  }

  /// What came and went in one map.
  List<Transient> transients(BpfMap map, FlatTable before, FlatTable now) {
    Attribution attribution = of(map, before, now);
    return attribution.changes().stream()
        .flatMap(change -> attribution.of(change).transients().stream())
        .toList();
  }

  /// The same, of one map whose keys and values have one byte, both in hex.
  List<Transient> transients(String before, String now) {
    return transients(hash(7), table(1, 1, before), table(1, 1, now));
  }

  Coverage coverage() {
    return Attribution.of(diff(List.of(), List.of()), intervals).coverage();
  }

  /// What was found out.
  record Told(SnapshotDiff diff, Attribution attribution, MapAttribution of) {
    Attributed entry() {
      MapChange.Compared change = (MapChange.Compared) diff.changes().getFirst();
      EntryChange first = change.entries().iterator().next();
      return of.entry(first);
    }

    Level level() {
      return entry().level();
    }

    Attributed attribute() {
      MapChange.Compared change = (MapChange.Compared) diff.changes().getFirst();
      return of.attribute(change.attributes().getFirst());
    }
  }
}
