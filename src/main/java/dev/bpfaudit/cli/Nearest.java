package dev.bpfaudit.cli;

import dev.bpfaudit.model.KernelText;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// Names what the user likely meant.
final class Nearest {
  private static final int SHOWN = 3;

  private Nearest() {}

  /// ` (did you mean …?)` with the nearest of `known`, or nothing if none is near.
  static String hint(String text, Collection<String> known) {
    List<String> near =
        known.stream()
            .distinct()
            .filter(word -> distance(text, word) <= Math.max(2, word.length() / 2))
            .sorted(
                Comparator.comparingInt((String word) -> distance(text, word))
                    .thenComparing(Comparator.naturalOrder()))
            .limit(SHOWN)
            .map(KernelText::printable)
            .toList();
    return near.isEmpty() ? "" : " (did you mean " + String.join(" or ", near) + "?)";
  }

  /// Levenshtein distance.
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
