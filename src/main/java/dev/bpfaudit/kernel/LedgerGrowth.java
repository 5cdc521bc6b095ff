package dev.bpfaudit.kernel;

import dev.bpfaudit.model.FlatTable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What a table of the ledger has more than at an earlier reading. Rows are only counted up until a
/// drain removes them, so what is gone is nothing new.
final class LedgerGrowth {
  private LedgerGrowth() {}

  /// Hears of rows.
  interface Grown {
    /// One that was counted up.
    ///
    /// @param by how much its count has grown, at least 1
    void row(MemorySegment key, MemorySegment value, long by);

    /// One that is not there any more, as it was.
    void gone(MemorySegment key, MemorySegment value);
  }

  /// Walks both readings once.
  static void of(FlatTable before, FlatTable now, Grown grown) {
    long old = 0;
    for (long row = 0; row < now.count(); row++) {
      while (old < before.count() && FlatTable.compareKeys(before, old, now, row) < 0) {
        grown.gone(before.key(old), before.value(old));
        old++;
      }
      long count = count(now.value(row));
      long counted = 0;
      if (old < before.count() && FlatTable.compareKeys(before, old, now, row) == 0) {
        counted = count(before.value(old));
        old++;
      }
      if (count != counted) {
        // less than before: a row of another time, or somebody else wrote into the ledger
        grown.row(now.key(row), now.value(row), count > counted ? count - counted : count);
      }
    }
    for (; old < before.count(); old++) {
      grown.gone(before.key(old), before.value(old));
    }
  }

  /// A row is counted up after it was inserted with its first write.
  private static long count(MemorySegment value) {
    return Math.max(1, value.get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
  }
}
