package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Bytes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The tables of the tracer, open for the length of one drain. They are gone when somebody unpins
/// the tracer meanwhile, and then opening fails.
final class Ledger implements AutoCloseable {
  private final int possibleCpus;
  private final OwnMap writes;
  private final OwnMap overflow;
  private final OwnMap handles;
  private final OwnMap processes;
  private final OwnMap programs;
  private final OwnMap totals;
  private final OwnMap state;
  private final OwnMap hooks;

  /// None if an older build installed the tracer.
  private final Optional<OwnMap> switches;

  /// Likewise.
  private final Optional<OwnMap> custody;

  Ledger(TracerRequest.Sizes sizes, int possibleCpus) {
    this.possibleCpus = possibleCpus;
    writes = rows(TracerFiles.WRITES, sizes.writes());
    overflow = rows(TracerFiles.OVERFLOW, sizes.overflow());
    handles = rows(TracerFiles.HANDLES, sizes.writes());
    processes =
        table(
            TracerFiles.PROCESSES,
            ProcessTable.KEY_SIZE,
            ProcessTable.VALUE_SIZE,
            sizes.processes());
    programs =
        table(
            TracerFiles.PROGRAMS, ProgramTable.KEY_SIZE, ProgramTable.VALUE_SIZE, sizes.programs());
    totals = table(TracerFiles.TOTALS, 4, Totals.SIZE * possibleCpus, 1);
    state = table(TracerFiles.STATE, 4, LedgerState.SIZE, 1);
    switches = OwnMap.open(TracerFiles.of(TracerFiles.SWITCHES), 4, Switched.SIZE, 1);
    custody = OwnMap.open(TracerFiles.of(TracerFiles.CUSTODY), 4, Custody.SIZE * possibleCpus, 1);
    hooks = table(TracerFiles.HOOKS, HookState.KEY_SIZE, HookState.VALUE_SIZE, HookState.ROWS);
  }

  private static OwnMap table(String name, int keySize, int valueSize, int rows) {
    return OwnMap.open(TracerFiles.of(name), keySize, valueSize, rows)
        .orElseThrow(() -> unpinned(name));
  }

  private static OwnMap rows(String name, int rows) {
    return OwnMap.open(
            TracerFiles.of(name),
            LedgerRows.KEY_SIZE,
            LedgerRows.VALUE_SIZE,
            LedgerRows.FIRST_VALUE_SIZE,
            rows)
        .orElseThrow(() -> unpinned(name));
  }

  private static KernelException unpinned(String name) {
    return new KernelException(
        KernelException.Kind.UNSUPPORTED,
        "open the tracer's table " + name,
        "it is not pinned any more",
        "Install the tracer anew: bpfaudit tracer remove; bpfaudit tracer install");
  }

  List<OwnMap> all() {
    List<OwnMap> all =
        new ArrayList<>(
            List.of(writes, overflow, handles, processes, programs, totals, state, hooks));
    switches.ifPresent(all::add);
    custody.ifPresent(all::add);
    return all;
  }

  /// Tables whose rows belong to a generation.
  List<OwnMap> generations() {
    return List.of(writes, overflow, handles);
  }

  OwnMap writes() {
    return writes;
  }

  OwnMap handles() {
    return handles;
  }

  OwnMap overflow() {
    return overflow;
  }

  OwnMap processes() {
    return processes;
  }

  OwnMap programs() {
    return programs;
  }

  /// What only programs write.
  void freeze() {
    totals.freeze();
    switches.ifPresent(OwnMap::freeze);
    custody.ifPresent(OwnMap::freeze);
  }

  /// Which of the tables that were frozen are not.
  List<String> thawed() {
    List<String> thawed = new ArrayList<>();
    if (!FdInfo.of(totals.fd()).frozen()) {
      thawed.add(TracerFiles.TOTALS);
    }
    switches
        .filter(table -> !FdInfo.of(table.fd()).frozen())
        .ifPresent(_ -> thawed.add(TracerFiles.SWITCHES));
    custody
        .filter(table -> !FdInfo.of(table.fd()).frozen())
        .ifPresent(_ -> thawed.add(TracerFiles.CUSTODY));
    return thawed;
  }

  /// Names of the tables whose ids are not among `own`: others were pinned in their place.
  List<String> foreign(List<Long> own) {
    List<String> foreign = new ArrayList<>();
    TracerFiles.TABLES.forEach(name -> {
      Optional<Fd> pinned = PinnedObject.open(TracerFiles.of(name));
      pinned.ifPresent(fd -> {
        try (fd) {
          if (!own.contains(PinnedObject.mapId(fd))) {
            foreign.add(name);
          }
        }
      });
    });
    return foreign;
  }

  /// Whether who writes to these tables is kept.
  boolean hasCustody() {
    return custody.isPresent();
  }

  /// Names of the tables that older builds did not make and that are not there.
  List<String> missing() {
    List<String> missing = new ArrayList<>();
    if (switches.isEmpty()) {
      missing.add(TracerFiles.SWITCHES);
    }
    if (custody.isEmpty()) {
      missing.add(TracerFiles.CUSTODY);
    }
    return missing;
  }

  /// What was written to the settings that switch hooks off.
  List<Switched> switched() {
    try (Arena arena = Arena.ofConfined()) {
      return switches.map(table -> Switched.all(table.at(0, arena))).orElse(List.of());
    }
  }

  /// Who wrote to these tables by system call.
  Custody custody() {
    try (Arena arena = Arena.ofConfined()) {
      return custody
          .map(table ->
              Custody.of(table.at(0, arena).asSlice(0, (long) Custody.SIZE * possibleCpus)))
          .orElse(Custody.NONE);
    }
  }

  LedgerState state() {
    try (Arena arena = Arena.ofConfined()) {
      return LedgerState.read(state.at(0, arena));
    }
  }

  void keep(LedgerState next) {
    try (Arena arena = Arena.ofConfined()) {
      state.put(0, next.write(arena));
    }
  }

  Totals totals() {
    try (Arena arena = Arena.ofConfined()) {
      return Totals.of(totals.at(0, arena).asSlice(0, (long) Totals.SIZE * possibleCpus));
    }
  }

  Optional<HookState> hook(Hook hook) {
    try (Arena arena = Arena.ofConfined()) {
      return hooks.find(HookState.key(hook, arena), arena).map(HookState::read);
    }
  }

  void keep(Hook hook, HookState hookState) {
    try (Arena arena = Arena.ofConfined()) {
      hooks.put(HookState.key(hook, arena), hookState.write(arena));
    }
  }

  static void remove(OwnMap table, List<Bytes> keys) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(table.keySize(), 8);
      for (Bytes each : keys) {
        MemorySegment.copy(each.asSegment(), 0, key, 0, table.keySize());
        table.remove(key);
      }
    }
  }

  @Override
  public void close() {
    all().forEach(OwnMap::close);
  }
}
