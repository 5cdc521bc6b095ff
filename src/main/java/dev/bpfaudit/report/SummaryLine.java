package dev.bpfaudit.report;

import java.util.ArrayList;
import java.util.List;

/// A [Summary] in one sentence.
record SummaryLine(Summary summary) {

  /// `3 of 12 maps differ: 1 added, 2 changed; entries: 2 added`.
  String text() {
    List<String> clauses = new ArrayList<>();
    clauses.add(summary.differing() == 0 ? nothing() : maps());
    if (summary.entries() > 0) {
      clauses.add("entries: " + entries());
    }
    if (summary.notComparable() > 0) {
      clauses.add(summary.notComparable() + " could not be compared");
    }
    if (summary.unread() > 0) {
      clauses.add(summary.unread() + " could not be read");
    }
    return String.join("; ", clauses);
  }

  private String nothing() {
    boolean sure = summary.notComparable() == 0 && summary.unread() == 0;
    return sure
        ? "Nothing differs: " + Wording.count(summary.maps(), "map") + ", all as they were."
        : "No difference found in " + Wording.count(summary.maps(), "map");
  }

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
    return String.join(", ", parts);
  }

  private static void add(List<String> parts, long count, String word) {
    if (count > 0) {
      parts.add(count + " " + word);
    }
  }
}
