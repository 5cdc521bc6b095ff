package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// One reading of the ledger. Nothing is removed before [#retire]: whoever dies before finds it all
/// again.
final class TracerDrain {
  private final Installation installation;
  private final int possibleCpus;
  private final Observation observation;
  private final Totals counted;
  private final Map<Hook, Long> misses;
  private final Map<String, List<Bytes>> rows = new HashMap<>();
  private final List<Bytes> endedProcesses;
  private final List<Bytes> unloadedPrograms;

  static TracerDrain of(Installation installation, long committed, int possibleCpus) {
    try (Ledger ledger = new Ledger(installation.sizes(), possibleCpus)) {
      return new TracerDrain(installation, committed, possibleCpus, ledger);
    }
  }

  private TracerDrain(Installation installation, long committed, int possibleCpus, Ledger ledger) {
    this.installation = installation;
    this.possibleCpus = possibleCpus;
    // What is gone before the ledger is turned over has its last row in what is read now.
    Set<Long> alive = new HashSet<>(ObjectIds.programs());
    endedProcesses = new ProcessTable(ledger.processes().all()).ended();
    Ledger.State state = ledger.state();
    long active = state.generation() + 1;
    ledger.keep(new Ledger.State(active, state.drainedNanos(), state.counted()));
    Libc.awaitPrograms();
    long ended = BootClock.nanos();

    ProcessTable processes = new ProcessTable(ledger.processes().all());
    ProgramTable programs = new ProgramTable(ledger.programs().all());
    unloadedPrograms = programs.unloaded(alive);
    List<ObservedWrite> writes = new ArrayList<>();
    List<ObservedWrite> overflowed = new ArrayList<>();
    for (OwnMap table : ledger.generations()) {
      LedgerRows read = new LedgerRows(processes, programs);
      FlatTable all = table.all();
      read.add(all, active, committed);
      rows.put(name(ledger, table), read.keys());
      writes.addAll(read.writes());
      if (table.equals(ledger.overflow())) {
        overflowed.addAll(read.writes());
        overflowed.removeIf(write -> installation.ownMaps().contains(write.mapId()));
      }
    }
    counted = ledger.totals().withoutRow(active, state.counted());
    Map<Hook, HookState> states = PinnedTracer.states(ledger);
    TracerLosses losses = new TracerLosses(counted.minus(state.counted()), overflowed, states);
    misses = losses.misses();
    long self = ProcessHandle.current().pid();
    writes.removeIf(
        write -> isOwnOpening(write, self) || installation.ownMaps().contains(write.mapId()));
    observation =
        new Observation(
            installation.id(),
            state.generation(),
            installation.kind(),
            installation.seed(),
            state.drainedNanos(),
            ended,
            PinnedTracer.paths(installation, states),
            losses.all(),
            List.of(),
            writes);
  }

  private static String name(Ledger ledger, OwnMap table) {
    return String.valueOf(ledger.generations().indexOf(table));
  }

  /// Our own reading opens maps; it is nobody's finding. Whoever had our pid before has ended.
  private static boolean isOwnOpening(ObservedWrite write, long pid) {
    return write.operation() == Operation.OPEN
        && write.author() instanceof Author.Caller(var process)
        && process.pid() == pid
        && ProcessTable.isAlive(process);
  }

  Observation observation() {
    return observation;
  }

  /// Gives the room back.
  void retire() {
    try (Ledger ledger = new Ledger(installation.sizes(), possibleCpus)) {
      for (OwnMap table : ledger.generations()) {
        Ledger.remove(table, rows.getOrDefault(name(ledger, table), List.of()));
      }
      Ledger.remove(ledger.processes(), endedProcesses);
      Ledger.remove(ledger.programs(), unloadedPrograms);
      misses.forEach((hook, count) ->
          ledger
              .hook(hook)
              .filter(state -> state.misses() != count)
              .ifPresent(state -> ledger.keep(hook, state.counted(count))));
      ledger.keep(new Ledger.State(ledger.state().generation(), observation.endedNanos(), counted));
    }
  }
}
