package dev.bpfaudit.kernel;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// One reading of the ledger, with what its hooks proved by it.
///
/// @param since the sums since the last drain, without canaries that found no room
/// @param off why hooks that were attached are not called, or nobody knows whether they are
/// @param refused those of them whose canaries could not be written
/// @param canaryMaps ids of the maps that were written to prove it
record Proof(
    LedgerReading read,
    Totals since,
    Map<Hook, String> off,
    Map<Hook, Refusal> refused,
    Set<Long> canaryMaps) {
  /// The kernel skips a hook where it interrupts itself, a canary's too.
  private static final int MOST_TRIES = 4;

  private static final long PAUSE_NANOS = 20_000_000;

  /// Lets every hook see something and turns the ledger over, again for those that failed and may
  /// not the next time.
  static Proof of(
      long seed,
      int possibleCpus,
      Ledger ledger,
      Map<Hook, HookState> states,
      LedgerReading.Stored stored) {
    Map<Hook, String> dead = HookHealth.off(states);
    Set<Hook> attached = new LinkedHashSet<>();
    states.forEach((hook, state) -> {
      if (state.attached() && !dead.containsKey(hook)) {
        attached.add(hook);
      }
    });
    Set<Long> canaryMaps = new HashSet<>();
    Set<Hook> proven = new LinkedHashSet<>();
    Map<Hook, Refusal> refused = new LinkedHashMap<>();
    Set<Hook> toTry = attached;
    long roomless = 0;
    for (int tries = 1; ; tries++) {
      Canaries canaries = Canaries.write(toTry, seed, possibleCpus);
      LedgerReading reading = LedgerReading.of(ledger, stored);
      canaries.awaitRelease();
      canaryMaps.addAll(canaries.mapIds());
      roomless += canaries.missing(reading);
      refused.keySet().removeAll(toTry);
      refused.putAll(canaries.refused());
      Set<Hook> silent = silent(canaries, reading);
      proven.addAll(canaries.hooks());
      proven.removeAll(silent);
      proven.removeAll(refused.keySet());
      toTry = worthAnotherTry(silent, refused);
      if (toTry.isEmpty() || tries == MOST_TRIES) {
        Unproven unproven = Unproven.of(attached, silent, refused, proven);
        return new Proof(
            reading,
            reading.since().withoutUnplaced(roomless),
            unproven.with(dead),
            unproven.refused(),
            canaryMaps);
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static Set<Hook> worthAnotherTry(Set<Hook> silent, Map<Hook, Refusal> refused) {
    Set<Hook> again = new LinkedHashSet<>(silent);
    refused.forEach((hook, refusal) -> {
      if (refusal.passes()) {
        again.add(hook);
      }
    });
    return again;
  }

  /// A ledger without room tells of nobody.
  private static Set<Hook> silent(Canaries canaries, LedgerReading reading) {
    if (reading.since().unplaced() > 0) {
      return new LinkedHashSet<>();
    }
    Set<Hook> silent = canaries.silent(reading);
    if (reading.since().handlesLost() > 0) {
      silent.removeAll(canaries.keptAsHandles());
    }
    if (reading.since().programsLost() > 0) {
      silent.remove(HookTable.LOADED);
    }
    return silent;
  }
}
