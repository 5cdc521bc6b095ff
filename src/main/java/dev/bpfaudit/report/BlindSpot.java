package dev.bpfaudit.report;

import java.util.List;

/// Something that this release cannot see.
///
/// @param path stable key of the way by which a change escapes
record BlindSpot(String path, String why) {
  static final List<BlindSpot> ALL =
      List.of(
          new BlindSpot(
              "betweenSnapshots",
              "a value that was written and put back between two snapshots leaves no trace"),
          new BlindSpot("authors", "snapshots show what a map holds, not who wrote it"),
          new BlindSpot(
              "references",
              "references other than tail-call slots are compared by id in this release"));
}
