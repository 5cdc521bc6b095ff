package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Announcement;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.TracerStatus;
import dev.bpfaudit.model.Tracing;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The tracer of this host.
final class PinnedTracer implements Tracer {
  private Optional<TracerDrain> pending = Optional.empty();
  private List<Alarm> alarms = List.of();
  private boolean damaged;

  /// How this process announced itself the first time, by installation: a store may forget it.
  private final Map<Bytes, Announcement> announcements = new HashMap<>();

  private Optional<LedgerFollower> follower = Optional.empty();

  @Override
  public Optional<TracerStatus> status() {
    LibbpfLibrary.load();
    Tampering tampering = new Tampering();
    Optional<TracerStatus> status =
        Installation.find().map(installed -> InstalledTracer.status(installed, tampering));
    alarms = tampering.alarms();
    damaged = tampering.isMendable();
    return status;
  }

  @Override
  public TracerStatus install(TracerRequest request) {
    LibbpfLibrary.load();
    try (TracerLock _ = TracerLock.take()) {
      return installWhereNoneIs(request);
    }
  }

  private static TracerStatus installWhereNoneIs(TracerRequest request) {
    if (Installation.find().isPresent()) {
      throw new KernelException(
          KernelException.Kind.UNSUPPORTED,
          "install the tracer",
          "one is there already, which another bpfaudit may just have installed",
          "See: bpfaudit tracer status");
    }
    if (TracerFiles.exist()) {
      TracerFiles.remove(); // what an installation that was killed left
    }
    TracerFiles.make();
    try {
      return InstalledTracer.status(NewTracer.install(request), new Tampering());
    } catch (RuntimeException e) {
      TracerFiles.remove();
      throw e;
    }
  }

  @Override
  public boolean remove() {
    if (!TracerFiles.exist()) {
      return false;
    }
    LibbpfLibrary.load();
    try (TracerLock _ = TracerLock.take()) {
      if (!TracerFiles.exist()) {
        return false;
      }
      TracerObjects own = TracerObjects.find();
      TracerFiles.remove();
      own.awaitRelease();
      return true;
    }
  }

  @Override
  public Tracing drain(Path store, Committed committed) {
    pending = Optional.empty();
    alarms = List.of();
    damaged = false;
    LibbpfLibrary.load();
    Optional<Installation> installed = Installation.find();
    if (installed.isEmpty() && TracerFiles.exist()) {
      if (TracerLock.isTaken()) {
        return new Tracing.NotTraced("another bpfaudit was installing or removing the tracer");
      }
      installed = Installation.find(); // which may have come to its end just now
    }
    if (installed.isEmpty()) {
      if (TracerFiles.exist()) {
        alarms = List.of(broken("its installation is not pinned any more"));
      }
      return new Tracing.NotTraced("no tracer was installed");
    }
    Installation installation = installed.get();
    if (!installation.store().equals(store)) {
      return new Tracing.NotTraced("the tracer records for another store, " + installation.store());
    }
    try {
      Announcement self =
          announcements.computeIfAbsent(installation.id(), _ -> ProcessTable.self());
      TracerDrain drain =
          TracerDrain.of(installation, committed, self, LocalHost.facts().possibleCpus());
      pending = Optional.of(drain);
      follower.ifPresent(live -> live.ignore(drain.notToTell()));
      alarms = drain.alarms();
      damaged = drain.isDamaged();
      return new Tracing.Traced(drain.observation());
    } catch (KernelException e) {
      alarms = whole(installation) || isBeingRemoved() ? List.of() : List.of(broken(e.refusal()));
      throw e;
    }
  }

  /// Whether the tables are there, so that the next drain may work.
  private static boolean whole(Installation installation) {
    try (Ledger _ = new Ledger(installation.sizes(), LocalHost.facts().possibleCpus())) {
      return true;
    } catch (KernelException e) {
      return false;
    }
  }

  /// By another bpfaudit. Who else takes all of it away is told of by what the store remembers.
  private static boolean isBeingRemoved() {
    return TracerLock.isTaken() || !TracerFiles.exist();
  }

  private static Alarm broken(String why) {
    return new Alarm(
        Alarm.Kind.TRACER_TAMPERED,
        Alarm.Severity.HIGH,
        "what the tracer recorded cannot be read",
        why + "; bpfaudit tracer remove; bpfaudit tracer install puts it back");
  }

  @Override
  public List<Alarm> alarms() {
    return alarms;
  }

  @Override
  public boolean isDamaged() {
    return damaged;
  }

  @Override
  public void retire(Tracing drained) {
    if (drained instanceof Tracing.Traced(var observation)) {
      pending.filter(drain -> drain.observation().equals(observation)).ifPresent(this::retire);
    }
    pending = Optional.empty();
  }

  /// What nobody was told yet is read before it is gone.
  private void retire(TracerDrain drain) {
    follower.ifPresent(LedgerFollower::look);
    drain.retire();
    follower.ifPresent(LedgerFollower::expectRetired);
  }

  @Override
  public Follower follow() {
    LibbpfLibrary.load();
    LedgerFollower live = new LedgerFollower(LocalHost.facts().possibleCpus());
    follower = Optional.of(live);
    return live;
  }
}
