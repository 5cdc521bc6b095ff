package dev.bpfaudit.kernel;

import dev.bpfaudit.kernel.TracerRequest.Sizes;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HookKind;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;

/// A tracer where none is.
final class NewTracer {
  private NewTracer() {}

  /// Loads, attaches and pins everything; what it pinned stays if it fails.
  ///
  /// @throws KernelException if not even the tables can be made
  static Installation install(TracerRequest request) {
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
}
