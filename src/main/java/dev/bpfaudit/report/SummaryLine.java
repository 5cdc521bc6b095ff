package dev.bpfaudit.report;

import java.util.ArrayList;
import java.util.List;

/// A [Summary] in words.
record SummaryLine(Summary summary) {

  /// `3 of 12 maps differ: 1 added, 2 changed; entries: 2 added`, on two lines if need be.
  List<String> lines(int width) {
    String maps = summary.differing() == 0 ? nothing() : maps();
    if (summary.entries() == 0) {
      return List.of(maps);
    }
    String entries = "entries: " + entries();
    String both = maps + "; " + entries;
    return both.length() <= width ? List.of(both) : List.of(maps, entries);
  }

  /// `1 map could not be compared, 2 maps could not be read`; empty if all were.
  String unknown() {
    List<String> parts = new ArrayList<>();
    if (summary.notComparable() > 0) {
      parts.add(Wording.count(summary.notComparable(), "map") + " could not be compared");
    }
    if (summary.unread() > 0) {
      parts.add(Wording.count(summary.unread(), "map") + " could not be read");
    }
    return String.join(", ", parts);
  }

  private String nothing() {
    String maps = " in " + Wording.count(summary.maps() - summary.notEnumerable(), "map");
    return (unknown().isEmpty() ? "Nothing differs" : "No difference found") + maps;
  }

  /// The removed are no longer among the maps of the later snapshot, yet they count here.
  private String maps() {
    List<String> parts = new ArrayList<>();
    add(parts, summary.added(), "added");
    add(parts, summary.removed(), "removed");
    add(parts, summary.replaced(), "replaced");
    add(parts, summary.changed(), "changed");
    String verb = summary.differing() == 1 ? " differs: " : " differ: ";
    long all = summary.maps() + summary.removed();
    return summary.differing()
        + " of "
        + Wording.count(all, "map")
        + verb
        + String.join(", ", parts);
  }

  private String entries() {
    List<String> parts = new ArrayList<>();
    add(parts, summary.entriesAdded(), "added");
    add(parts, summary.entriesRemoved(), "removed");
    add(parts, summary.entriesChanged(), "changed");
    add(parts, summary.entriesTransient(), "transient");
    return String.join(", ", parts);
  }

  private static void add(List<String> parts, long count, String word) {
    if (count > 0) {
      parts.add(count + " " + word);
    }
  }
}
