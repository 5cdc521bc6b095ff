package dev.bpfaudit.diff;

import dev.bpfaudit.model.FlatTable;

/// Whether two values mean the same.
@FunctionalInterface
interface ValueComparison {
  /// Compares the value of row `i` of `before` with that of row `j` of `now`.
  boolean same(FlatTable before, long i, FlatTable now, long j);
}
