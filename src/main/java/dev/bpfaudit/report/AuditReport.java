package dev.bpfaudit.report;

import dev.bpfaudit.attribution.Attribution;
import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.model.Snapshot;

/// What `check` and `diff` found.
public sealed interface AuditReport extends Document {
  Run run();

  /// The later snapshot.
  Snapshot to();

  /// The first check of a store: there is nothing yet to compare with.
  record Initial(Run run, Snapshot to) implements AuditReport {}

  /// Two snapshots, compared.
  ///
  /// @param attribution of `diff`
  record Compared(Run run, SnapshotDiff diff, Attribution attribution) implements AuditReport {
    @Override
    public Snapshot to() {
      return diff.to();
    }
  }
}
