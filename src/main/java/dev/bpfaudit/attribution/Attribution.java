package dev.bpfaudit.attribution;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;

import dev.bpfaudit.diff.EntryChanges;
import dev.bpfaudit.diff.MapChange;
import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.Snapshot;
import dev.bpfaudit.model.SnapshotHeader;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Who made the changes of one diff, and what was watched meanwhile.
public final class Attribution {
  private static final Comparator<MapChange> BY_ID =
      Comparator.comparingLong(change -> change.map().id());

  private final Coverage coverage;
  private final List<RaisedAlarm> alarms;
  private final List<MapChange> changes;
  private final List<Untold> inDoubt;
  private final long passedOver;
  private final List<ShortLived> shortLived;
  private final List<String> unknownReach;
  private final List<String> unchecked;
  private final IdentityHashMap<MapChange, MapAttribution> maps = new IdentityHashMap<>();

  private Attribution(
      SnapshotDiff diff,
      Sides sides,
      Timeline timeline,
      Sightings sightings,
      Between between,
      List<ShortLived> shortLived) {
    this.coverage =
        CoverageOf.of(sides.earlier().header(), sides.later().header(), timeline.intervals());
    this.alarms = alarms(sides.earlier().header(), timeline.intervals());
    this.unknownReach = unknownReach(timeline.intervals());
    this.unchecked = unchecked(timeline.intervals());
    for (MapChange change : diff.changes()) {
      maps.put(change, new MapAttribution(change, sides, timeline, sightings::of, between));
    }
    List<MapChange> all = new ArrayList<>(diff.changes());
    for (MapChange.Compared same : unchanged(diff, sides)) {
      if (!sightings.anyEntry(KernelObject.of(same.now(), sides.bootNow()))
          && !between.anyOf(same.now())) {
        continue;
      }
      MapAttribution who = new MapAttribution(same, sides, timeline, sightings::of, between);
      if (!who.transients().isEmpty()) {
        all.add(same);
      }
      if (!who.transients().isEmpty() || who.untold() > 0) {
        maps.put(same, who);
      }
    }
    all.sort(BY_ID);
    this.changes = List.copyOf(all);
    this.inDoubt = inDoubt(maps);
    this.passedOver = between.passedOver();
    this.shortLived = shortLived;
  }

  /// Maps that are there on both sides and in which nothing differs, as changes of nothing.
  private static List<MapChange.Compared> unchanged(SnapshotDiff diff, Sides sides) {
    if (!sides.sameBoot()) {
      return List.of();
    }
    Set<Long> differ = diff.changes().stream().map(one -> one.map().id()).collect(toSet());
    Map<Long, MapState> before =
        diff.from().capture().maps().stream()
            .collect(toMap(state -> state.map().id(), state -> state, (a, _) -> a));
    List<MapChange.Compared> same = new ArrayList<>();
    for (MapState now : diff.to().capture().maps()) {
      MapState was = before.get(now.map().id());
      if (was != null && !differ.contains(now.map().id())) {
        same.add(new MapChange.Compared(was, now, false, List.of(), EntryChanges.none()));
      }
    }
    return same;
  }

  private static List<Untold> inDoubt(Map<MapChange, MapAttribution> maps) {
    return maps.entrySet().stream()
        .filter(one -> one.getValue().untold() > 0)
        .map(one -> new Untold(one.getKey().map(), one.getValue().untold()))
        .sorted(Comparator.comparingLong(one -> one.map().id()))
        .toList();
  }

  /// Walks `intervals` once and keeps only what concerns the maps of `diff`.
  ///
  /// @param intervals of every snapshot from the earlier to the later, both included, in order
  public static Attribution of(SnapshotDiff diff, Iterable<Interval> intervals) {
    return of(diff, intervals, List.of());
  }

  /// The same, with what stored snapshots show.
  ///
  /// @param snapshots between the two of the diff, in order; walked once
  public static Attribution of(
      SnapshotDiff diff, Iterable<Interval> intervals, Iterable<Snapshot> snapshots) {
    Sides sides = Sides.of(diff);
    ShortLivedMaps others = new ShortLivedMaps(sides);
    Sightings sightings = new Sightings(wanted(sides), sides, others);
    List<Interval> watched = new ArrayList<>();
    for (Interval interval : intervals) {
      watched.add(sightings.take(interval));
    }
    Between between = new Between(sides, snapshots, others);
    return new Attribution(diff, sides, new Timeline(watched), sightings, between, others.all());
  }

  private static Set<KernelObject> wanted(Sides sides) {
    Set<KernelObject> wanted = new HashSet<>();
    for (MapState state : sides.earlier().capture().maps()) {
      wanted.add(KernelObject.of(state, sides.bootBefore()));
    }
    for (MapState state : sides.later().capture().maps()) {
      wanted.add(KernelObject.of(state, sides.bootNow()));
    }
    return wanted;
  }

  /// The changes of the diff, and maps in which nothing differs but something did in between,
  /// ascending by id.
  public List<MapChange> changes() {
    return changes;
  }

  /// Maps that are in neither snapshot and were there in between, ascending by id. None if only
  /// some maps were asked for.
  public List<ShortLived> shortLived() {
    return shortLived;
  }

  /// How many tables of the snapshots in between were not looked into, because there are too many.
  public long passedOver() {
    return passedOver;
  }

  /// Maps of which it is not known what came and went.
  public List<Untold> inDoubt() {
    return inDoubt;
  }

  public Coverage coverage() {
    return coverage;
  }

  /// What was found about the host or the tool after the earlier snapshot, the worst first.
  public List<RaisedAlarm> alarms() {
    return alarms;
  }

  /// What is not known of who could have written unseen, each in a sentence.
  public List<String> unknownReach() {
    return unknownReach;
  }

  private static List<String> unknownReach(List<Interval> intervals) {
    return intervals.stream()
        .flatMap(interval -> interval.surroundings().reach().unknown().stream())
        .distinct()
        .toList();
  }

  /// In what way hidden maps could not be looked for when the later snapshot was taken.
  public List<String> unchecked() {
    return unchecked;
  }

  private static List<String> unchecked(List<Interval> intervals) {
    return intervals.isEmpty() ? List.of() : intervals.getLast().surroundings().unchecked();
  }

  private static List<RaisedAlarm> alarms(SnapshotHeader from, List<Interval> intervals) {
    Map<Alarm, RaisedAlarm> raised = new LinkedHashMap<>();
    for (Interval interval : intervals) {
      if (interval.snapshot().number() > from.number()) {
        for (Alarm alarm : interval.surroundings().alarms()) {
          raised.putIfAbsent(alarm, new RaisedAlarm(alarm, interval.snapshot()));
        }
      }
    }
    return raised.values().stream()
        .sorted(Comparator.comparing(one -> one.alarm().severity()))
        .toList();
  }

  /// @param change one of the diff's own
  /// @throws IllegalArgumentException if it is another's
  public MapAttribution of(MapChange change) {
    MapAttribution found = maps.get(change);
    if (found == null) {
      throw new IllegalArgumentException("not a change of this diff: " + change.map());
    }
    return found;
  }

  /// A map of one boot.
  record KernelObject(String boot, long mapId) {
    static KernelObject of(MapState state, String boot) {
      return new KernelObject(boot, state.map().id());
    }
  }
}
