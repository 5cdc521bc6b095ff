package dev.bpfaudit.attribution;

import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Surroundings;
import dev.bpfaudit.model.Tracing;

/// What was observed up to one stored snapshot. Its drain comes after the reading of its maps.
///
/// @param surroundings what else was found when the snapshot was taken
public record Interval(SnapshotHeader snapshot, Tracing tracing, Surroundings surroundings) {
  String boot() {
    return snapshot.host().bootId();
  }

  WallClock clock() {
    return WallClock.of(snapshot);
  }
}
