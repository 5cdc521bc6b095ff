package dev.bpfaudit.report;

import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.SnapshotHeader;
import java.time.Instant;

/// Where listed maps come from.
public sealed interface Origin {
  HostFacts host();

  /// Wall clock when they were seen.
  Instant at();

  /// The running kernel.
  record Live(HostFacts host, Instant at) implements Origin {}

  /// A stored snapshot.
  record Stored(SnapshotHeader snapshot) implements Origin {
    @Override
    public HostFacts host() {
      return snapshot.host();
    }

    @Override
    public Instant at() {
      return snapshot.takenAt();
    }
  }
}
