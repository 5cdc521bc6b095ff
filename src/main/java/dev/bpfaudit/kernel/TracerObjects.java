package dev.bpfaudit.kernel;

import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/// Ids of the programs and maps of the tracer that is installed.
record TracerObjects(Set<Long> programs, Set<Long> maps) {
  private static final TracerObjects NONE = new TracerObjects(Set.of(), Set.of());
  private static final long PAUSE_NANOS = 10_000_000;
  private static final long MOST_RELEASE_NANOS = 30_000_000_000L;

  TracerObjects {
    programs = Set.copyOf(programs);
    maps = Set.copyOf(maps);
  }

  /// Nothing is known if it is half gone already.
  static TracerObjects find() {
    try {
      Optional<Installation> installed = Installation.find();
      if (installed.isEmpty()) {
        return NONE;
      }
      try (Ledger ledger = new Ledger(installed.get().sizes(), LocalHost.facts().possibleCpus())) {
        Set<Long> programs =
            InstalledTracer.states(ledger).values().stream()
                .filter(HookState::attached)
                .map(HookState::programId)
                .collect(Collectors.toSet());
        return new TracerObjects(programs, Set.copyOf(installed.get().ownMaps()));
      }
    } catch (KernelException e) {
      return NONE;
    }
  }

  /// The kernel takes the hooks away one by one after their last reference is gone, each after a
  /// grace period, and their maps after them: until then every write still pays for them.
  void awaitRelease() {
    long deadline = System.nanoTime() + MOST_RELEASE_NANOS;
    while (anyLeft() && System.nanoTime() < deadline) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private boolean anyLeft() {
    return ObjectIds.programs().stream().anyMatch(programs::contains)
        || ObjectIds.maps().stream().anyMatch(maps::contains);
  }
}
