package dev.bpfaudit.report;

import dev.bpfaudit.attribution.Coverage;
import java.util.ArrayList;
import java.util.List;

/// Something that this release, or this kernel, cannot see.
///
/// @param path stable key of the way by which a change escapes
record BlindSpot(String path, String why) {
  private static final BlindSpot BETWEEN =
      new BlindSpot(
          "betweenSnapshots",
          "a value that was written and put back between two snapshots leaves no trace");
  private static final BlindSpot AUTHORS =
      new BlindSpot("authors", "snapshots show what a map holds, not who wrote it");
  private static final BlindSpot DIRECT =
      new BlindSpot(
          "directWrites",
          "nobody is seen writing through a program's pointer to a value, or a process's mapping");
  private static final BlindSpot REFERENCES =
      new BlindSpot(
          "references", "references other than tail-call slots are compared by id in this release");

  /// Where no tracer watches.
  static final List<BlindSpot> ALL = List.of(BETWEEN, AUTHORS, REFERENCES);

  private static final List<BlindSpot> TRACED = List.of(BETWEEN, DIRECT, REFERENCES);

  /// What nothing sees here, whatever the kernel.
  static List<BlindSpot> always(Coverage coverage) {
    return coverage.tracer() == null ? ALL : TRACED;
  }

  /// The same, and what this kernel's tracer does not see.
  static List<BlindSpot> of(Coverage coverage) {
    List<BlindSpot> spots = new ArrayList<>(always(coverage));
    for (Coverage.BlindPath blind : coverage.blind()) {
      spots.add(new BlindSpot(blind.path(), blind.why()));
    }
    return spots;
  }
}
