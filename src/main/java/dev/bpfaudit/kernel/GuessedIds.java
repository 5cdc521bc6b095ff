package dev.bpfaudit.kernel;

import java.util.HashSet;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.LongPredicate;

/// Maps found by trying ids that nothing shows. The kernel gives ids in turn and none again before
/// the numbers are used up, so a map that is not shown is most likely among the newest. Each try is
/// a system call that host monitors may log, so few are made where the kernel's own list can be
/// had.
final class GuessedIds {
  /// So far beyond the highest id that is shown.
  private static final int BEYOND = 64;

  private static final int MOST_BESIDE_THE_LIST = 1024;
  private static final int MOST_WITHOUT_THE_LIST = 65_536;

  private GuessedIds() {}

  /// Those that can be opened of the ids that are not `known`.
  ///
  /// @param besideTheList whether the kernel's own list is among what shows maps
  static Set<Long> of(SortedSet<Long> known, boolean besideTheList, LongPredicate opens) {
    Set<Long> found = new HashSet<>();
    long left = most(besideTheList);
    for (long id = highest(known) + BEYOND; id > 0 && left > 0; id--) {
      if (!known.contains(id)) {
        left--;
        if (opens.test(id)) {
          found.add(id);
        }
      }
    }
    return found;
  }

  /// Whether there are more such ids than are tried.
  static boolean areCut(SortedSet<Long> known, boolean besideTheList) {
    return highest(known) + BEYOND - known.size() > most(besideTheList);
  }

  /// Says so.
  static String limit(boolean besideTheList) {
    return "of the ids that nothing shows, only the newest %d were tried"
        .formatted(most(besideTheList));
  }

  private static int most(boolean besideTheList) {
    return besideTheList ? MOST_BESIDE_THE_LIST : MOST_WITHOUT_THE_LIST;
  }

  private static long highest(SortedSet<Long> known) {
    return known.isEmpty() ? 0 : known.last();
  }
}
