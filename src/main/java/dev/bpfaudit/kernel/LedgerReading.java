package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.ObservedWrite;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/// All rows of the generations before the one that is turned to, which no program writes any more.
///
/// @param active the generation that is written from now on
/// @param endedNanos `CLOCK_BOOTTIME` when nobody wrote to the older ones any more
/// @param writes all of them, those in our own maps too
/// @param overflowed of these, the ones that stand for many keys
/// @param keys of all rows, by the place of their table in [Ledger#generations]
/// @param counted the sums of what was read
/// @param foreign how many rows no program of ours can have written
/// @param turnedBack how many rows were written in a generation that had ended
/// @param missing how many writes more the kernel counted than the rows tell, less than 0 if they
///   tell of more; none if it cannot be told
record LedgerReading(
    long active,
    long endedNanos,
    ProgramTable programs,
    List<ObservedWrite> writes,
    List<ObservedWrite> overflowed,
    Map<Integer, List<Bytes>> keys,
    Totals counted,
    Totals since,
    long foreign,
    long turnedBack,
    OptionalLong missing) {

  /// What the store has.
  ///
  /// @param generation the newest
  /// @param endedNanos when it ended, asked where it matters
  record Stored(long generation, LongSupplier endedNanos) {
    static Stored of(Tracer.Committed committed, Bytes installation) {
      return new Stored(
          committed.generation(installation), once(() -> committed.endedNanos(installation)));
    }
  }

  /// Each row may ask, and a store reads a whole drain to answer.
  private static LongSupplier once(LongSupplier source) {
    return new LongSupplier() {
      private OptionalLong known = OptionalLong.empty();

      @Override
      public long getAsLong() {
        if (known.isEmpty()) {
          known = OptionalLong.of(source.getAsLong());
        }
        return known.getAsLong();
      }
    };
  }

  static LedgerReading of(Ledger ledger, Stored committed) {
    LedgerState state = ledger.state();
    long active = state.generation() + 1;
    ledger.keep(state.turnedTo(active));
    boolean quiet = Libc.awaitPrograms();
    long ended = BootClock.nanos();
    ProgramTable programs = new ProgramTable(ledger.programs().all());
    ProcessTable processes = new ProcessTable(ledger.processes().all());
    List<ObservedWrite> writes = new ArrayList<>();
    List<ObservedWrite> overflowed = new ArrayList<>();
    Map<Integer, List<Bytes>> keys = new HashMap<>();
    long[] sums = new long[Totals.GENERATIONS];
    long foreign = 0;
    long turnedBack = 0;
    for (OwnMap table : ledger.generations()) {
      LedgerRows rows = new LedgerRows(processes, programs);
      FlatTable all = table.all();
      rows.add(all, active, committed);
      keys.put(ledger.generations().indexOf(table), rows.keys());
      writes.addAll(rows.writes());
      foreign += rows.foreign();
      turnedBack += rows.turnedBack();
      if (table.equals(ledger.overflow())) {
        overflowed.addAll(rows.writes());
      }
      if (!table.equals(ledger.handles())) {
        rows.addTo(sums);
      }
    }
    Totals counted = ledger.totals().withoutRow(active, state.counted());
    Totals since = counted.minus(state.counted());
    boolean told = quiet && !state.retiring();
    return new LedgerReading(
        active,
        ended,
        programs,
        writes,
        overflowed,
        keys,
        counted,
        since,
        foreign,
        turnedBack,
        told ? OptionalLong.of(since.missing(sums, active)) : OptionalLong.empty());
  }
}
