package dev.bpfaudit.store;

import dev.bpfaudit.model.FlatTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// What turns one flat table into another: the keys that go (`removed`, with `valueSize` 0), and
/// the rows that come or change.
record TableDelta(FlatTable removed, FlatTable upserted) {

  /// The delta from `base` to `table`, nothing if it takes more than `limit` bytes.
  static Optional<TableDelta> between(FlatTable base, FlatTable table, long limit) {
    RowBuffer removed = new RowBuffer();
    RowBuffer upserted = new RowBuffer();
    long i = 0;
    long j = 0;
    while (i < base.count() || j < table.count()) {
      int order = order(base, i, table, j);
      if (order < 0) {
        removed.add(base.data(), i * base.rowSize(), base.keySize());
      } else if (order > 0 || !FlatTable.sameValue(base, i, table, j)) {
        upserted.add(table.data(), j * table.rowSize(), table.rowSize());
      }
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
      if (removed.size() + upserted.size() > limit) {
        return Optional.empty();
      }
    }
    return Optional.of(
        new TableDelta(
            FlatTable.ofSorted(base.keySize(), 0, removed.rows()),
            FlatTable.ofSorted(table.keySize(), table.valueSize(), upserted.rows())));
  }

  private static int order(FlatTable a, long i, FlatTable b, long j) {
    if (i == a.count()) {
      return 1;
    }
    return j == b.count() ? -1 : FlatTable.compareKeys(a, i, b, j);
  }

  long bytes() {
    return removed.data().byteSize() + upserted.data().byteSize();
  }

  /// The table of `count` rows that this delta makes of `base`.
  ///
  /// @throws IllegalArgumentException if it does not fit `base` and `count`
  FlatTable applyTo(FlatTable base, long count) {
    int row = base.rowSize();
    if (count < 0 || count > base.count() + upserted.count()) {
      throw new IllegalArgumentException("a delta cannot lead to " + count + " rows");
    }
    MemorySegment target = allocate(count * row);
    long to = 0;
    long gone = 0;
    long put = 0;
    long i = 0;
    while (i < base.count() || put < upserted.count()) {
      int order = order(base, i, upserted, put);
      if (order < 0 && gone < removed.count() && order(base, i, removed, gone) == 0) {
        gone++;
      } else {
        if (to == target.byteSize()) {
          throw new IllegalArgumentException("a delta leads to more than " + count + " rows");
        }
        MemorySegment from = order < 0 ? base.data() : upserted.data();
        MemorySegment.copy(from, (order < 0 ? i : put) * row, target, to, row);
        to += row;
      }
      i += order <= 0 ? 1 : 0;
      put += order >= 0 ? 1 : 0;
    }
    if (to != target.byteSize() || gone != removed.count()) {
      throw new IllegalArgumentException("a delta does not lead to " + count + " rows");
    }
    return FlatTable.ofSorted(base.keySize(), base.valueSize(), target);
  }

  /// Memory for `bytes`, outside the heap only where no array is long enough.
  static MemorySegment allocate(long bytes) {
    return bytes <= Integer.MAX_VALUE - 8
        ? MemorySegment.ofArray(new byte[Math.toIntExact(bytes)])
        : Arena.ofAuto().allocate(bytes);
  }
}
