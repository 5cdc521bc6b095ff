package dev.bpfaudit.report;

import dev.bpfaudit.attribution.Attribution;
import dev.bpfaudit.attribution.RaisedAlarm;
import dev.bpfaudit.diff.MapChange;
import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.model.Snapshot;
import dev.bpfaudit.model.Surroundings;
import java.util.Comparator;
import java.util.List;

/// What `check` and `diff` found.
public sealed interface AuditReport extends Document {
  Run run();

  /// The later snapshot.
  Snapshot to();

  /// What was found about the host or the tool, the worst first.
  List<RaisedAlarm> alarms();

  /// In what way hidden maps could not be looked for in the later snapshot.
  List<String> unchecked();

  /// The first check of a store: there is nothing yet to compare with.
  ///
  /// @param found of `to`
  record Initial(Run run, Snapshot to, Surroundings found) implements AuditReport {
    @Override
    public List<RaisedAlarm> alarms() {
      return found.alarms().stream()
          .map(alarm -> new RaisedAlarm(alarm, to.header()))
          .sorted(Comparator.comparing(one -> one.alarm().severity()))
          .toList();
    }

    @Override
    public List<String> unchecked() {
      return found.unchecked();
    }
  }

  /// Two snapshots, compared.
  ///
  /// @param attribution of `diff`
  record Compared(Run run, SnapshotDiff diff, Attribution attribution) implements AuditReport {
    @Override
    public Snapshot to() {
      return diff.to();
    }

    @Override
    public List<RaisedAlarm> alarms() {
      return attribution.alarms();
    }

    /// What differs, and maps in which nothing does but something did in between.
    public List<MapChange> changes() {
      return attribution.changes();
    }

    @Override
    public List<String> unchecked() {
      return attribution.unchecked();
    }
  }
}
