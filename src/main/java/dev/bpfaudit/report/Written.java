package dev.bpfaudit.report;

import dev.bpfaudit.attribution.WallClock;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.LiveWrite;
import dev.bpfaudit.model.SnapshotHeader;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Writes of one author to one key, told while they are made.
///
/// @param map as it was last seen; null if it was gone before anybody could look
/// @param clock of the moments in `write`
/// @param snapshot with which another process stored it before it could be told; null if it was
///   told at once
public record Written(
    HostFacts host,
    @Nullable BpfMap map,
    LiveWrite write,
    WallClock clock,
    @Nullable SnapshotHeader snapshot)
    implements Document {

  /// When the last of them was made.
  Instant at() {
    return clock.at(write.recorded().lastNanos());
  }
}
