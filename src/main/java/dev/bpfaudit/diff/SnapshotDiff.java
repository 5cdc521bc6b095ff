package dev.bpfaudit.diff;

import dev.bpfaudit.model.Snapshot;
import java.util.List;

/// Everything that differs between two snapshots, maps ascending by id. Maps in which nothing
/// differs are left out of `changes`.
///
/// @param from the earlier snapshot
/// @param to the later one
/// @param unread maps of `to` that set exit bit 8: `Unreadable`, `Partial`, or readable in `from`
///   and not enumerable now
public record SnapshotDiff(Snapshot from, Snapshot to, List<MapChange> changes, long unread) {
  public SnapshotDiff {
    changes = List.copyOf(changes);
  }
}
