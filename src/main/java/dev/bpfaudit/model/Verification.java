package dev.bpfaudit.model;

import java.util.List;

/// What walking the hash chain found.
///
/// @param snapshots checked snapshots
/// @param tables checked tables, each restored and digested
/// @param head hash of the newest link
/// @param faults in the order of the chain, empty if all fits
public record Verification(long snapshots, long tables, Bytes head, List<Fault> faults) {
  public Verification {
    faults = List.copyOf(faults);
  }

  /// One row that does not fit.
  ///
  /// @param row for people, for instance `snapshot @12` or `baseline of 2026-01-02T03:04:05Z`
  /// @param what is wrong with it
  public record Fault(String row, String what) {}
}
