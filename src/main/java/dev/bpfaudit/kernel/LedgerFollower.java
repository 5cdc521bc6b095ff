package dev.bpfaudit.kernel;

import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.LiveWrite;
import dev.bpfaudit.model.ObservedWrite;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads the ledger again and again, and tells what has grown. Nothing is held between two
/// readings, so that whoever removes the tracer meanwhile removes it.
final class LedgerFollower implements Follower {
  private static final FlatTable NO_ROWS =
      FlatTable.empty(LedgerRows.KEY_SIZE, LedgerRows.VALUE_SIZE);

  private final int possibleCpus;
  private Optional<Followed> followed = Optional.empty();
  private final List<LiveWrite> fresh = new ArrayList<>();
  private final List<Taken> taken = new ArrayList<>();
  private Set<Long> ignored = Set.of();
  private long unkept;

  LedgerFollower(int possibleCpus) {
    this.possibleCpus = possibleCpus;
    look();
    unkept = 0;
    fresh.clear(); // what is there already belongs to the next drain, and is not live
  }

  @Override
  public News news() {
    look();
    fresh.sort(Comparator.comparingLong(write -> write.recorded().lastNanos()));
    News news =
        new News(
            followed.map(tracer -> tracer.installation.id()),
            BootClock.nanos(),
            fresh,
            unkept,
            taken);
    fresh.clear();
    unkept = 0;
    taken.clear();
    return news;
  }

  /// Reads what has grown; it is told when it is asked for.
  void look() {
    Optional<Installation> found = Installation.find();
    if (!found.map(Installation::id).equals(followed.map(tracer -> tracer.installation.id()))) {
      followed = found.map(Followed::new);
    }
    if (followed.isEmpty()) {
      return;
    }
    try (Ledger ledger = new Ledger(followed.get().installation.sizes(), possibleCpus)) {
      followed.get().look(ledger);
    } catch (KernelException e) {
      if (Installation.find().isPresent()) {
        throw e;
      }
      followed = Optional.empty(); // it was removed just now
    }
  }

  /// Leaves out what is written to `maps` of our own, from a drain to the next.
  void ignore(Set<Long> maps) {
    ignored = Set.copyOf(maps);
  }

  /// This process has retired what it drained; rows that are gone now are nobody else's doing.
  void expectRetired() {
    if (followed.isPresent()) {
      try (Ledger ledger = new Ledger(followed.get().installation.sizes(), possibleCpus)) {
        followed.get().drained(ledger.state());
      }
    }
  }

  /// One installation of the tracer, as it was read last.
  private final class Followed {
    private final Installation installation;
    private FlatTable writes = NO_ROWS;
    private FlatTable overflow = NO_ROWS;
    private FlatTable handles = NO_ROWS;
    private long counted;
    private long overflowed;
    private boolean unsettled;
    private boolean known;
    private long drainedNanos;
    private long retired;

    /// Rows that were told and are gone, until it is known who has drained them.
    private final List<ObservedWrite> gone = new ArrayList<>();

    Followed(Installation installation) {
      this.installation = installation;
    }

    void drained(LedgerState state) {
      known = true;
      gone.clear();
      drainedNanos = state.drainedNanos();
      retired = state.generation() - 1;
    }

    void look(Ledger ledger) {
      LedgerState state = ledger.state();
      if (!known) {
        drained(state);
      } else if (state.drainedNanos() != drainedNanos) {
        taken.add(taken(retired + 1, state.generation()));
        drained(state);
      }
      Totals totals = ledger.totals();
      unkept += totals.overflowed() + totals.unplaced() - overflowed;
      overflowed = totals.overflowed() + totals.unplaced();
      long sum = totals.writes();
      // A hook counts before it keeps the row, so the next reading may still find one more.
      boolean read = sum != counted || unsettled;
      unsettled = sum != counted;
      counted = sum;
      FlatTable handlesNow = ledger.handles().all();
      FlatTable writesNow = read ? ledger.writes().all() : writes;
      FlatTable overflowNow = read ? ledger.overflow().all() : overflow;
      if (read || !handlesNow.equals(handles)) {
        Decoding decoding = new Decoding(ledger, this);
        LedgerGrowth.of(writes, writesNow, decoding);
        LedgerGrowth.of(overflow, overflowNow, decoding);
        LedgerGrowth.of(handles, handlesNow, decoding);
      }
      writes = writesNow;
      overflow = overflowNow;
      handles = handlesNow;
    }

    /// What was read of generations that another process has drained: it removes their rows first,
    /// and then writes down that it has drained.
    private Taken taken(long from, long active) {
      LedgerRows rows = LedgerRows.withoutAuthors();
      for (FlatTable table : List.of(writes, overflow, handles)) {
        rows.add(table, active, new LedgerReading.Stored(from - 1, () -> Long.MAX_VALUE));
      }
      gone.addAll(rows.writes());
      return new Taken(installation.id(), from, active - 1, gone);
    }
  }

  /// Makes rows readable; who wrote is looked up only when there is one.
  private final class Decoding implements LedgerGrowth.Grown {
    private final Ledger ledger;
    private final Followed tracer;
    private final LedgerRows rowsOnly = LedgerRows.withoutAuthors();
    private Optional<LedgerRows> rows = Optional.empty();

    Decoding(Ledger ledger, Followed tracer) {
      this.ledger = ledger;
      this.tracer = tracer;
    }

    @Override
    public void row(MemorySegment key, MemorySegment value, long by) {
      if (!LedgerRows.possible(key, value)) {
        return; // the next drain tells of a foreign row
      }
      LedgerRows decoder = rows.orElseGet(this::decoder);
      rows = Optional.of(decoder);
      ObservedWrite write = decoder.write(key, value);
      if (!isOurs(write)) {
        fresh.add(new LiveWrite(write, Math.min(by, write.count())));
      }
    }

    private boolean isOurs(ObservedWrite write) {
      return tracer.installation.ownMaps().contains(write.mapId())
          || ignored.contains(write.mapId())
          || TracerDrain.isOwnReading(write, ProcessHandle.current().pid());
    }

    @Override
    public void gone(MemorySegment key, MemorySegment value) {
      if (LedgerRows.possible(key, value)) {
        tracer.gone.add(rowsOnly.write(key, value));
      }
    }

    private LedgerRows decoder() {
      return new LedgerRows(
          new ProcessTable(ledger.processes().all()), new ProgramTable(ledger.programs().all()));
    }
  }
}
