package dev.bpfaudit.kernel;

import dev.bpfaudit.kernel.TracerRequest.Sizes;
import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.TracerStatus;
import dev.bpfaudit.model.Tracing;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The tracer of this host.
final class PinnedTracer implements Tracer {
  private Optional<TracerDrain> pending = Optional.empty();
  private List<Alarm> alarms = List.of();
  private boolean damaged;
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
      return InstalledTracer.status(installNew(request), new Tampering());
    } catch (RuntimeException e) {
      TracerFiles.remove();
      throw e;
    }
  }

  private static Installation installNew(TracerRequest request) {
    SecureRandom random = new SecureRandom();
    byte[] id = new byte[16];
    random.nextBytes(id);
    String refused =
        request.kinds().contains(HookKind.FENTRY) ? FentryHooks.refusal() : "fentry: not asked for";
    long seed = random.nextLong();
    int cpus = LocalHost.facts().possibleCpus();
    try (KernelFunctions functions = new KernelFunctions();
        OwnMap room = Installation.room()) {
      TracerInstaller installer =
          new TracerInstaller(
              request.sizes(), seed, cpus, functions, makeHooks(), PinnedObject.mapId(room.fd()));
      installer.programs();
      begin(request.sizes(), cpus);
      HookKind kind = HookKind.TRACEPOINT;
      if (refused.isEmpty()) {
        installer.operations();
        kind = HookKind.FENTRY;
      } else if (request.kinds().contains(HookKind.KPROBE)) {
        String alsoRefused = installer.kprobes();
        kind = alsoRefused.isEmpty() ? HookKind.KPROBE : HookKind.TRACEPOINT;
        refused = alsoRefused.isEmpty() ? refused : refused + "; " + alsoRefused;
      }
      installer.calls(kind);
      installer.witness();
      return keep(request, Bytes.of(id), seed, kind, refused, installer, room);
    }
  }

  /// Makes the table of hooks and gives its id.
  private static long makeHooks() {
    try (OwnMap hooks =
        new ScratchMapMaker()
            .hash("hooks", HookState.KEY_SIZE, HookState.VALUE_SIZE, HookState.ROWS)) {
      PinnedObject.pin(hooks.fd(), TracerFiles.of(TracerFiles.HOOKS));
      return PinnedObject.mapId(hooks.fd());
    }
  }

  /// The tables are there, the first hook that writes to them is not. Programs that found no room
  /// among those kept already are to be told.
  private static void begin(Sizes sizes, int cpus) {
    try (Ledger ledger = new Ledger(sizes, cpus)) {
      ledger.keep(new LedgerState(1, false, BootClock.nanos(), Totals.NONE));
      ledger.freeze();
    }
  }

  private static Installation keep(
      TracerRequest request,
      Bytes id,
      long seed,
      HookKind kind,
      String refused,
      TracerInstaller installer,
      OwnMap room) {
    List<Long> own = new ArrayList<>();
    try (Ledger ledger = new Ledger(request.sizes(), LocalHost.facts().possibleCpus())) {
      installer.states().forEach(ledger::keep);
      ledger.all().forEach(map -> own.add(PinnedObject.mapId(map.fd())));
    }
    List<Long> programs =
        installer.states().values().stream().map(HookState::programId).distinct().toList();
    Programs.all().stream()
        .filter(program -> programs.contains(program.id()))
        .flatMap(program -> program.mapIds().stream())
        .filter(map -> !own.contains(map))
        .distinct()
        .forEach(own::add);
    Installation installation =
        new Installation(
            id,
            seed,
            BootClock.nanos(),
            kind,
            refused,
            TracerInstaller.build(),
            request.sizes(),
            own,
            Tampering.digest(installer.states()),
            request.store());
    installation.keep(room);
    return installation;
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
      TracerDrain drain = TracerDrain.of(installation, committed, LocalHost.facts().possibleCpus());
      pending = Optional.of(drain);
      follower.ifPresent(live -> live.ignore(drain.notToTell()));
      alarms = drain.alarms();
      damaged = drain.isDamaged();
      return new Tracing.Traced(drain.observation());
    } catch (KernelException e) {
      alarms = whole(installation) ? List.of() : List.of(broken(e.refusal()));
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
