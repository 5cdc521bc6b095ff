package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Announced;
import dev.bpfaudit.model.Announcement;
import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Lapse;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One reading of the ledger, after every hook had something to see. Nothing is removed before
/// [#retire]: whoever dies before finds it all again.
final class TracerDrain {
  private final Installation installation;
  private final int possibleCpus;
  private final Tampering tampering = new Tampering();
  private final Observation observation;
  private final LedgerReading read;
  private final Map<Hook, HookState> states;
  private final Map<Hook, String> off;
  private final Map<Hook, Long> misses;
  private final Map<Hook, Refusal> refused;
  private final List<Bytes> endedProcesses;
  private final List<Bytes> unloadedPrograms;
  private final Set<Long> notToTell = new HashSet<>();
  private final LedgerReading.Stored stored;

  /// Who may have written to the tracer's tables before this process; nobody knows if empty.
  private final Optional<Announced> announced;

  /// @param self as it announced itself the first time
  static TracerDrain of(
      Installation installation, Tracer.Committed committed, Announcement self, int possibleCpus) {
    try (Ledger ledger = new Ledger(installation.sizes(), possibleCpus)) {
      return new TracerDrain(installation, committed, self, possibleCpus, ledger);
    }
  }

  private TracerDrain(
      Installation installation,
      Tracer.Committed committed,
      Announcement self,
      int possibleCpus,
      Ledger ledger) {
    this.installation = installation;
    this.possibleCpus = possibleCpus;
    stored = LedgerReading.Stored.of(committed, installation.id());
    announced = committed.announced(installation.id());
    notToTell.addAll(installation.ownMaps());
    // What is gone before the ledger is turned over has its last row in what is read now.
    unloadedPrograms = unloaded(new ProgramTable(ledger.programs().all()));
    endedProcesses = new ProcessTable(ledger.processes().all()).ended();
    LedgerState before = ledger.state();
    states = InstalledTracer.states(ledger);
    long now = BootClock.nanos();
    committed.announce(installation.id(), self, now);
    Proof proof = Proof.of(installation.seed(), possibleCpus, ledger, states, stored);
    read = proof.read();
    off = proof.off();
    refused = proof.refused();
    notToTell.addAll(proof.canaryMaps());
    TracerLosses losses = new TracerLosses(proof.since(), told(read.overflowed()), states);
    misses = losses.misses();
    observation =
        new Observation(
            installation.id(),
            read.active() - 1,
            installation.kind(),
            installation.seed(),
            before.drainedNanos(),
            read.endedNanos(),
            InstalledTracer.paths(installation, states, off),
            losses.all(),
            lapses(ledger, before.drainedNanos(), announced(self, now)),
            told(read.writes()));
  }

  /// Of programs that are there no more. Who is left out of an answer of `bpf(2)` may be hidden, so
  /// the kernel's own list is asked as well, where it can be.
  private static List<Bytes> unloaded(ProgramTable known) {
    Set<Long> alive = new HashSet<>(ObjectIds.programs());
    if (!alive.containsAll(known.ids())) {
      try (KernelList list = new KernelList()) {
        list.programs().forEach(program -> alive.add(program.id()));
      } catch (KernelException _) {
        // surveys of maps say that it is refused
      }
    }
    return known.unloaded(alive);
  }

  private List<Lapse> lapses(Ledger ledger, long began, Announced mayWrite) {
    Lapses lapses = new Lapses(states, began, read.endedNanos());
    tampering.tables(installation, ledger, states);
    tampering.hooks(off, refused);
    tampering.outnumbered(states);
    lapses.hooks(off);
    List<Switched> switched = ledger.switched();
    lapses.switched(switched);
    tampering.switched(switched, states, began);
    if (tampering.trespass(trespass(ledger, mayWrite))) {
      lapses.everything("others wrote to the tracer's own tables, or can");
    }
    if (tampering.rows(read)) {
      lapses.everything("somebody else wrote into the tracer's ledger");
    }
    return lapses.all();
  }

  /// A store that does not know of this installation may have been put in another's place since it
  /// was installed, and accuses nobody; but one that had drained it was told, and forgot.
  private Announced announced(Announcement self, long now) {
    Announced before = announced.orElse(new Announced(now, List.of()));
    List<Announcement> all = new ArrayList<>(before.processes());
    all.add(self);
    return new Announced(before.sinceNanos(), all);
  }

  private Trespass trespass(Ledger ledger, Announced mayWrite) {
    Trespass found =
        Trespass.of(ledger.custody(), mayWrite, installation.installedNanos(), stored.endedNanos())
            .withPrograms(
                Programs.all(),
                MapIterators.all(),
                installation.ownMaps(),
                states.values().stream().map(HookState::programId).toList());
    return announced.isEmpty() && stored.generation() > 0 && ledger.hasCustody()
        ? found.withoutFile()
        : found;
  }

  /// Without our own maps, the canaries, and our own reading, which is nobody's finding.
  private List<ObservedWrite> told(List<ObservedWrite> writes) {
    long self = ProcessHandle.current().pid();
    List<ObservedWrite> told = new ArrayList<>(writes);
    told.removeIf(write -> notToTell.contains(write.mapId()) || isOwnReading(write, self));
    return told;
  }

  /// Whether this process opened a map to read it, or closed it when everybody else had let go of
  /// it meanwhile. Whoever had our pid before has ended.
  static boolean isOwnReading(ObservedWrite write, long pid) {
    return (write.operation() == Operation.OPEN || write.operation() == Operation.RELEASE)
        && write.author() instanceof Author.Caller(var process)
        && process.pid() == pid
        && ProcessTable.isAlive(process);
  }

  Observation observation() {
    return observation;
  }

  /// Maps that are our own or were canaries.
  Set<Long> notToTell() {
    return notToTell;
  }

  /// What keeps the tracer from watching, or was done to it.
  List<Alarm> alarms() {
    return tampering.alarms();
  }

  boolean isDamaged() {
    return tampering.isMendable();
  }

  /// Gives the room back.
  void retire() {
    try (Ledger ledger = new Ledger(installation.sizes(), possibleCpus)) {
      ledger.keep(ledger.state().whileRetiring());
      for (int i = 0; i < ledger.generations().size(); i++) {
        Ledger.remove(ledger.generations().get(i), read.keys().getOrDefault(i, List.of()));
      }
      Ledger.remove(ledger.processes(), endedProcesses);
      Ledger.remove(ledger.programs(), unloadedPrograms);
      states.forEach((hook, state) -> {
        HookState now =
            state
                .counted(misses.getOrDefault(hook, state.misses()))
                .off(off.containsKey(hook) ? observation.endedNanos() : 0);
        if (!now.equals(state)) {
          ledger.keep(hook, now);
        }
      });
      ledger.keep(
          new LedgerState(
              ledger.state().generation(), false, observation.endedNanos(), read.counted()));
    }
  }
}
