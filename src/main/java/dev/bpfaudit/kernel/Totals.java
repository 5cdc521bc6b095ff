package dev.bpfaudit.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Sums only programs can change: `struct totals` in `bpf/ledger.h`, over all CPUs.
final class Totals {
  static final int SIZE = 8 * (3 * 8 + 5);

  static final int GENERATIONS = 8;
  private static final int OVERFLOWED = GENERATIONS;
  private static final int UNPLACED = 2 * GENERATIONS;
  private static final int SINGLE = 3 * GENERATIONS;

  static final Totals NONE = new Totals(new long[SIZE / 8]);

  private final long[] sums;

  private Totals(long[] sums) {
    this.sums = sums;
  }

  /// @param values one `struct totals` or one for every possible CPU
  static Totals of(MemorySegment values) {
    long[] sums = new long[SIZE / 8];
    for (long i = 0; i < values.byteSize() / 8; i++) {
      sums[(int) (i % sums.length)] += values.getAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i);
    }
    return new Totals(sums);
  }

  Totals minus(Totals earlier) {
    long[] difference = new long[sums.length];
    for (int i = 0; i < sums.length; i++) {
      difference[i] = sums[i] - earlier.sums[i];
    }
    return new Totals(difference);
  }

  /// These sums, but those of the row `active` as they were: they are not counted yet.
  Totals withoutRow(long active, Totals earlier) {
    long[] kept = sums.clone();
    int row = (int) (active & (GENERATIONS - 1));
    for (int table = 0; table < SINGLE; table += GENERATIONS) {
      kept[table + row] = earlier.sums[table + row];
    }
    return new Totals(kept);
  }

  /// How many writes were placed and are not in `found`, row by row; those of row `active` may
  /// still be written. The first row that differs is told.
  long missing(long[] found, long active) {
    for (int row = 0; row < GENERATIONS; row++) {
      long missing = sums[row] - sums[UNPLACED + row] - found[row];
      if (missing != 0 && row != (active & (GENERATIONS - 1))) {
        return missing;
      }
    }
    return 0;
  }

  /// These sums, less `own` of the writes that found no room.
  Totals withoutUnplaced(long own) {
    long[] kept = sums.clone();
    long left = own;
    for (int row = UNPLACED; row < SINGLE; row++) {
      long taken = Math.min(left, kept[row]);
      kept[row] -= taken;
      left -= taken;
    }
    return new Totals(kept);
  }

  void write(MemorySegment to) {
    for (int i = 0; i < sums.length; i++) {
      to.setAtIndex(ValueLayout.JAVA_LONG_UNALIGNED, i, sums[i]);
    }
  }

  /// All writes, placed or not.
  long writes() {
    return rows(0);
  }

  /// Counted by map and writer only.
  long overflowed() {
    return rows(OVERFLOWED);
  }

  /// Not even that.
  long unplaced() {
    return rows(UNPLACED);
  }

  long processesLost() {
    return sums[SINGLE];
  }

  long programsLost() {
    return sums[SINGLE + 1];
  }

  long callsLost() {
    return sums[SINGLE + 2];
  }

  long handlesLost() {
    return sums[SINGLE + 3];
  }

  /// What a hook wrote into the ledger's tables while it was that very hook that watches them.
  long ownInserts() {
    return sums[SINGLE + 4];
  }

  private long rows(int from) {
    long sum = 0;
    for (int i = from; i < from + GENERATIONS; i++) {
      sum += sums[i];
    }
    return sum;
  }
}
