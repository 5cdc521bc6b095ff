package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// How far the ledger was drained: `struct state` in `bpf/ledger.h`.
///
/// @param generation that is written to
/// @param retiring whether rows that the store has are being removed
/// @param drainedNanos of the last committed drain, or the installation
/// @param counted sums at that drain
record LedgerState(long generation, boolean retiring, long drainedNanos, Totals counted) {
  static final int SIZE = 16 + Totals.SIZE;

  static LedgerState read(MemorySegment value) {
    return new LedgerState(
        Integer.toUnsignedLong(value.get(ValueLayout.JAVA_INT, 0)),
        value.get(ValueLayout.JAVA_INT, 4) != 0,
        value.get(ValueLayout.JAVA_LONG, 8),
        Totals.of(value.asSlice(16)));
  }

  MemorySegment write(Arena arena) {
    MemorySegment value = arena.allocate(SIZE, 8);
    value.set(ValueLayout.JAVA_INT, 0, (int) generation);
    value.set(ValueLayout.JAVA_INT, 4, retiring ? 1 : 0);
    value.set(ValueLayout.JAVA_LONG, 8, drainedNanos);
    counted.write(value.asSlice(16));
    return value;
  }

  LedgerState turnedTo(long next) {
    return new LedgerState(next, retiring, drainedNanos, counted);
  }

  LedgerState whileRetiring() {
    return new LedgerState(generation, true, drainedNanos, counted);
  }
}
