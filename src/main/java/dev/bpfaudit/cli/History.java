package dev.bpfaudit.cli;

import dev.bpfaudit.model.Baseline;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.Snapshot;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.store.Store;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The stored snapshots of the host that a command speaks of.
final class History {
  private final Store store;
  private final List<SnapshotHeader> log;
  private final Optional<Baseline> baseline;

  private History(Store store, String hostId) {
    this.store = store;
    this.log = store.log(hostId);
    this.baseline = store.baseline(hostId);
  }

  static History of(Store store, String hostId) {
    return new History(store, hostId);
  }

  /// The history of the only host in the store, else of this machine.
  ///
  /// @throws UsageException if the store holds several hosts and this machine is none of them
  static History of(Store store, Context context) {
    List<HostFacts> hosts = store.hosts();
    if (hosts.size() == 1) {
      return new History(store, hosts.getFirst().id());
    }
    return new History(store, context.kernel().get().host().id());
  }

  List<SnapshotHeader> log() {
    return log;
  }

  Optional<Baseline> baseline() {
    return baseline;
  }

  SnapshotHeader find(When when, Instant now) {
    return When.find(when, log, baseline, now);
  }

  Snapshot load(SnapshotHeader header) {
    return store.load(header);
  }

  Snapshot load(When when, Instant now) {
    return store.load(find(when, now));
  }
}
