package dev.bpfaudit.kernel;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.MapType;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// The maps of our tracer, which no capture tells of. What is pinned as its installation names
/// them; root may have pinned something else there to hide a map. So only those are passed over
/// that cannot be anybody else's: pinned under our names and of our tables' shapes, or frozen, as
/// our constants and the blank rows that hooks begin with are.
final class OwnMaps {
  private static final int BPF_F_RDONLY_PROG = 1 << 7;

  /// `__u64` and `struct call` of `bpf/ledger.h`.
  private static final int CALL_KEY = 8;

  static final int CALL_VALUE = 24;

  /// Bytes of `struct process` and `struct program`, which do not fit on a program's stack.
  private static final Set<Long> BLANK_ROWS =
      Set.of((long) ProcessTable.VALUE_SIZE, (long) ProgramTable.VALUE_SIZE);

  private OwnMaps() {}

  /// None if what is installed is not whole: then its tables are captured like all others.
  static Set<Long> find() {
    try {
      Optional<Installation> installation = Installation.find();
      if (installation.isEmpty()) {
        return Set.of();
      }
      Set<Long> own = new HashSet<>(pinned(installation.get()));
      for (long id : installation.get().ownMaps()) {
        if (!own.contains(id) && isHarmless(id)) {
          own.add(id);
        }
      }
      return own;
    } catch (KernelException e) {
      return Set.of();
    }
  }

  private static Set<Long> pinned(Installation installation) {
    Set<Long> ids = new HashSet<>();
    try (Ledger ledger = new Ledger(installation.sizes(), LocalHost.facts().possibleCpus())) {
      ledger.all().forEach(map -> ids.add(PinnedObject.mapId(map.fd())));
    }
    calls(installation).ifPresent(ids::add);
    PinnedObject.open(TracerFiles.of(TracerFiles.INSTALLATION))
        .ifPresent(fd -> {
          try (fd) {
            ids.add(PinnedObject.mapId(fd));
          }
        });
    ids.retainAll(Set.copyOf(installation.ownMaps()));
    return ids;
  }

  /// The table in which hooks keep what a system call was asked; no drain reads it.
  private static Optional<Long> calls(Installation installation) {
    try {
      return OwnMap.open(
              TracerFiles.of(TracerFiles.CALLS), CALL_KEY, CALL_VALUE, installation.sizes().calls())
          .map(map -> {
            try (map) {
              return PinnedObject.mapId(map.fd());
            }
          });
    } catch (KernelException e) {
      return Optional.empty();
    }
  }

  private static boolean isHarmless(long id) {
    if (!(Opening.ofMap(id) instanceof Opening.Opened(Fd fd))) {
      return false;
    }
    try (fd) {
      BpfMap map = new MapInfo(Pins.none()).of(fd);
      boolean constant = (map.mapFlags() & BPF_F_RDONLY_PROG) != 0;
      boolean blank = map.maxEntries() == 1 && BLANK_ROWS.contains(map.valueSize());
      return map.type() == MapType.ARRAY && map.frozen() && (constant || blank);
    } catch (UnreadableException e) {
      return false;
    }
  }
}
