package dev.bpfaudit.report;

import dev.bpfaudit.diff.EntryChanges;
import dev.bpfaudit.diff.MapChange;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.Snapshot;
import java.util.List;

/// The numbers of a report.
///
/// @param maps in the later snapshot
/// @param notEnumerable maps of the later snapshot whose type cannot be listed
/// @param unread maps of the later snapshot that should have been read and were not
record Summary(
    long maps,
    long added,
    long removed,
    long replaced,
    long changed,
    long notComparable,
    long notEnumerable,
    long unread,
    long entriesAdded,
    long entriesRemoved,
    long entriesChanged,
    long entriesTransient) {

  static Summary of(AuditReport report) {
    return switch (report) {
      case AuditReport.Initial initial -> of(initial.to(), List.of(), unread(initial.to()), 0);
      case AuditReport.Compared compared ->
          of(compared.to(), compared.changes(), compared.diff().unread(), transients(compared));
    };
  }

  private static long transients(AuditReport.Compared report) {
    return report.changes().stream()
        .mapToLong(change -> report.attribution().of(change).transients().size())
        .sum();
  }

  private static Summary of(
      Snapshot to, List<MapChange> changes, long unread, long entriesTransient) {
    List<MapFinding> findings = changes.stream().map(MapFinding::of).toList();
    List<EntryChanges> entries = findings.stream().map(MapFinding::entries).toList();
    return new Summary(
        to.capture().maps().size(),
        count(findings, MapFinding.Kind.ADDED),
        count(findings, MapFinding.Kind.REMOVED),
        count(findings, MapFinding.Kind.REPLACED),
        count(findings, MapFinding.Kind.CHANGED),
        count(findings, MapFinding.Kind.NOT_COMPARABLE),
        notEnumerable(to),
        unread,
        entries.stream().mapToLong(EntryChanges::added).sum(),
        entries.stream().mapToLong(EntryChanges::removed).sum(),
        entries.stream().mapToLong(EntryChanges::changed).sum(),
        entriesTransient);
  }

  private static long count(List<MapFinding> findings, MapFinding.Kind kind) {
    return findings.stream().filter(finding -> finding.kind() == kind).count();
  }

  private static long notEnumerable(Snapshot to) {
    return to.capture().maps().stream()
        .filter(map -> map.contents() instanceof Contents.NotEnumerable)
        .count();
  }

  private static long unread(Snapshot to) {
    return to.capture().maps().stream()
        .filter(map -> MapFinding.unreadReason(map.contents()) != null)
        .count();
  }

  /// All entry changes, also those that were undone.
  long entries() {
    return entriesAdded + entriesRemoved + entriesChanged + entriesTransient;
  }

  /// Maps of which something is known to differ.
  long differing() {
    return added + removed + replaced + changed;
  }
}
