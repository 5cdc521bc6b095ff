package dev.bpfaudit.report;

import dev.bpfaudit.attribution.Attribution;
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
  private static final BlindSpot BETWEEN_WRITES =
      new BlindSpot(
          "betweenSnapshots",
          "what was put back between two snapshots is told where a write shows it, and not where"
              + " it was stored directly");
  private static final BlindSpot AUTHORS =
      new BlindSpot("authors", "snapshots show what a map holds, not who wrote it");
  private static final BlindSpot DIRECT =
      new BlindSpot(
          "directWrites",
          "nobody is seen writing through a program's pointer to a value, or a process's mapping:"
              + " who could have is listed as a candidate");
  private static final BlindSpot REFERENCES =
      new BlindSpot(
          "references", "references other than tail-call slots are compared by id in this release");

  /// Of those who could have written unseen not all are known.
  static final String CANDIDATES = "candidates";

  /// Where no tracer watches.
  static final List<BlindSpot> ALL = List.of(BETWEEN, AUTHORS, REFERENCES);

  private static final List<BlindSpot> TRACED = List.of(BETWEEN_WRITES, DIRECT, REFERENCES);

  /// What nothing sees here, whatever the kernel.
  static List<BlindSpot> always(Coverage coverage) {
    return coverage.tracer() == null ? ALL : TRACED;
  }

  /// The same, and what this kernel's tracer does not see.
  static List<BlindSpot> of(Attribution attribution) {
    List<BlindSpot> spots = new ArrayList<>(always(attribution.coverage()));
    for (Coverage.BlindPath blind : attribution.coverage().blind()) {
      spots.add(new BlindSpot(blind.path(), blind.why()));
    }
    attribution.unknownReach().forEach(why -> spots.add(new BlindSpot(CANDIDATES, why)));
    return spots;
  }
}
