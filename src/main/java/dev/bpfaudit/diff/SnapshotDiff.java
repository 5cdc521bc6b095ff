package dev.bpfaudit.diff;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.Snapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/// Everything that differs between two snapshots.
///
/// @param from the earlier snapshot, with the maps that were looked at
/// @param to the later one, likewise
/// @param changes ascending by map id; maps in which nothing differs are left out
/// @param unread changes of which entries are missing that could have been read
public record SnapshotDiff(Snapshot from, Snapshot to, List<MapChange> changes, long unread) {
  public SnapshotDiff {
    changes = List.copyOf(changes);
  }

  /// Compares the maps that `wanted` accepts on either side.
  public static SnapshotDiff between(Snapshot from, Snapshot to, Predicate<BpfMap> wanted) {
    Capture before = from.capture();
    Capture now = to.capture();
    MapPairs pairs = MapPairs.of(before, now);
    MapComparison comparison = new MapComparison(before, now);
    List<MapState> mapsBefore = new ArrayList<>();
    List<MapState> mapsNow = new ArrayList<>();
    List<MapChange> changes = new ArrayList<>();
    for (MapPairs.Pair pair : pairs.pairs()) {
      if (wanted.test(pair.before().map()) || wanted.test(pair.now().map())) {
        mapsBefore.add(pair.before());
        mapsNow.add(pair.now());
        comparison.compare(pair).ifPresent(changes::add);
      }
    }
    for (MapState state : pairs.removed()) {
      if (wanted.test(state.map())) {
        mapsBefore.add(state);
        changes.add(new MapChange.Removed(state, pairs.isAmbiguousBefore(state)));
      }
    }
    for (MapState state : pairs.added()) {
      if (wanted.test(state.map())) {
        mapsNow.add(state);
        changes.add(new MapChange.Added(state, pairs.isAmbiguousNow(state)));
      }
    }
    changes.sort(Comparator.comparingLong(change -> change.map().id()));
    long unread = changes.stream().filter(MapChange::unread).count();
    return new SnapshotDiff(with(from, mapsBefore), with(to, mapsNow), changes, unread);
  }

  private static Snapshot with(Snapshot snapshot, List<MapState> maps) {
    Capture all = snapshot.capture();
    return new Snapshot(
        snapshot.header(),
        new Capture(all.host(), all.takenAt(), all.boottimeNanos(), maps, all.programs()));
  }
}
