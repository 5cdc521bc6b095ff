package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.KernelException;
import dev.bpfaudit.kernel.Tracer;
import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.TracerStatus;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.store.Store;
import java.util.List;
import java.util.Optional;

/// Whether the tracer that watched up to the last snapshot is gone, in the same boot, and bpfaudit
/// did not take it away.
final class Vanished {
  private final Store store;
  private final Tracer tracer;

  Vanished(Store store, Tracer tracer) {
    this.store = store;
    this.tracer = tracer;
  }

  /// @param now what the drain of the snapshot that is being taken gave
  List<Alarm> alarms(HostFacts host, Tracing now) {
    if (now instanceof Tracing.Traced(var seen)
        && store.generation(host.id(), seen.installation()) > 0) {
      return List.of(); // it is the one the store knows
    }
    return store.log(host.id()).stream()
        .findFirst()
        .filter(last -> last.host().bootId().equals(host.bootId()))
        .map(this::alarms)
        .orElse(List.of());
  }

  private List<Alarm> alarms(SnapshotHeader last) {
    if (!(store.tracing(last) instanceof Tracing.Traced(var before))
        || isThere(before.installation())
        || new RemovalNote(store.directory()).tellsOf(before.installation())) {
      return List.of();
    }
    return List.of(
        new Alarm(
            Alarm.Kind.TRACER_TAMPERED,
            Alarm.Severity.HIGH,
            "the tracer that watched up to @" + last.number() + " is gone",
            "somebody took it away who did not use bpfaudit tracer remove; what was written since is not known"));
  }

  /// Also if it could not be read this time.
  private boolean isThere(Bytes installation) {
    try {
      Optional<TracerStatus> status = tracer.status();
      return status.filter(one -> one.installation().equals(installation)).isPresent();
    } catch (KernelException e) {
      return true;
    }
  }
}
