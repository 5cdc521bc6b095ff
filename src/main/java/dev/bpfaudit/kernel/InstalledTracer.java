package dev.bpfaudit.kernel;

import dev.bpfaudit.model.TracerStatus;
import dev.bpfaudit.model.WritePath;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What can be told of the tracer that is installed without reading its ledger.
final class InstalledTracer {
  private InstalledTracer() {}

  /// @param tampering hears what is wrong
  static TracerStatus status(Installation installed, Tampering tampering) {
    try (Ledger ledger = new Ledger(installed.sizes(), LocalHost.facts().possibleCpus())) {
      Map<Hook, HookState> states = states(ledger);
      Map<Hook, String> off = HookHealth.off(states);
      tampering.tables(installed, ledger, states);
      tampering.hooks(off, Map.of());
      tampering.outnumbered(states);
      LedgerState state = ledger.state();
      Totals since = ledger.totals().minus(state.counted());
      long memory = ledger.all().stream().mapToLong(map -> FdInfo.of(map.fd()).memlock()).sum();
      return new TracerStatus(
          installed.id(),
          installed.kind(),
          installed.installedNanos(),
          BootClock.nanos(),
          installed.store(),
          installed.isCurrent(),
          state.drainedNanos(),
          since.writes(),
          memory,
          paths(installed, states, off),
          new TracerLosses(since, List.of(), states).all());
    }
  }

  /// What became of every hook that was tried.
  static Map<Hook, HookState> states(Ledger ledger) {
    Map<Hook, HookState> states = new LinkedHashMap<>();
    HookTable.ALL.forEach(hook -> ledger.hook(hook).ifPresent(state -> states.put(hook, state)));
    return states;
  }

  /// @param off why hooks that were attached are not called any more
  static List<WritePath> paths(
      Installation installation, Map<Hook, HookState> states, Map<Hook, String> off) {
    return new TracerPaths(installation.kind(), states, off).all(installation.fentryRefused());
  }
}
