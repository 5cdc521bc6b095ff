package dev.bpfaudit.attribution;

import dev.bpfaudit.model.SnapshotHeader;
import java.time.Instant;

/// Turns `CLOCK_BOOTTIME` of one boot into wall clock, by the pair that a snapshot stored.
public record WallClock(Instant takenAt, long boottimeNanos) {
  static WallClock of(SnapshotHeader snapshot) {
    return new WallClock(snapshot.takenAt(), snapshot.boottimeNanos());
  }

  public Instant at(long nanos) {
    return takenAt.plusNanos(nanos - boottimeNanos);
  }
}
