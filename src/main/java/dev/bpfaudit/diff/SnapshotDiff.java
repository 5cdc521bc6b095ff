package dev.bpfaudit.diff;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Snapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/// Everything that differs between two snapshots.
///
/// @param from the earlier snapshot
/// @param to the later one
/// @param changes ascending by map id; maps in which nothing differs are left out
/// @param total maps of `to` that were looked at
public record SnapshotDiff(Snapshot from, Snapshot to, List<MapChange> changes, long total) {
  public SnapshotDiff {
    changes = List.copyOf(changes);
  }

  /// Compares the maps that `wanted` accepts on either side.
  public static SnapshotDiff between(Snapshot from, Snapshot to, Predicate<BpfMap> wanted) {
    Capture before = from.capture();
    Capture now = to.capture();
    MapPairs pairs = MapPairs.of(before, now);
    MapComparison comparison = new MapComparison(before, now);
    List<MapChange> changes = new ArrayList<>();
    for (MapPairs.Pair pair : pairs.pairs()) {
      if (wanted.test(pair.before().map()) || wanted.test(pair.now().map())) {
        comparison.compare(pair).ifPresent(changes::add);
      }
    }
    pairs.removed().stream()
        .filter(state -> wanted.test(state.map()))
        .forEach(
            state -> changes.add(new MapChange.Removed(state, pairs.isAmbiguousBefore(state))));
    pairs.added().stream()
        .filter(state -> wanted.test(state.map()))
        .forEach(state -> changes.add(new MapChange.Added(state, pairs.isAmbiguousNow(state))));
    changes.sort(Comparator.comparingLong(SnapshotDiff::id));
    long total = now.maps().stream().filter(state -> wanted.test(state.map())).count();
    return new SnapshotDiff(from, to, changes, total);
  }

  private static long id(MapChange change) {
    return switch (change) {
      case MapChange.Added added -> added.now().map().id();
      case MapChange.Removed removed -> removed.before().map().id();
      case MapChange.Compared compared -> compared.now().map().id();
      case MapChange.NotComparable not -> not.now().map().id();
    };
  }
}
