package dev.bpfaudit.attribution;

import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Tracing;

/// What was observed up to one stored snapshot. Its drain comes after the reading of its maps.
public record Interval(SnapshotHeader snapshot, Tracing tracing) {
  String boot() {
    return snapshot.host().bootId();
  }

  WallClock clock() {
    return WallClock.of(snapshot);
  }
}
