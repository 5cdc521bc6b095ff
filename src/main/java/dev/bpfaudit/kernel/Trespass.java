package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Announcement;
import dev.bpfaudit.model.BpfProgram;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/// Who wrote to the tracer's own tables besides bpfaudit, or could have.
///
/// @param hands processes that did not announce themselves to the store
/// @param uncounted whether more wrote than the kernel has room to keep
/// @param programs that are not the tracer's and refer to its tables
record Trespass(List<Hand> hands, boolean uncounted, List<BpfProgram> programs) {
  Trespass {
    hands = List.copyOf(hands);
    programs = List.copyOf(programs);
  }

  /// @param announced those that may write
  /// @param since what was written before was told before; asked only if it matters
  static Trespass of(Custody custody, Collection<Announcement> announced, LongSupplier since) {
    List<Hand> strangers =
        custody.hands().stream()
            .filter(hand -> announced.stream().noneMatch(hand::isOf) || hand.gaveAway())
            .filter(hand -> hand.lastNanos() > since.getAsLong())
            .toList();
    boolean uncounted =
        custody.knownSinceNanos() > 0 && custody.knownSinceNanos() > since.getAsLong();
    return new Trespass(strangers, uncounted, List.of());
  }

  /// The same, with those of `loaded` that refer to a map of `tables` and are none of `own`.
  Trespass withPrograms(List<BpfProgram> loaded, Collection<Long> tables, Collection<Long> own) {
    Set<Long> guarded = new HashSet<>(tables);
    List<BpfProgram> others =
        loaded.stream()
            .filter(program -> !own.contains(program.id()))
            .filter(program -> program.mapIds().stream().anyMatch(guarded::contains))
            .toList();
    return new Trespass(hands, uncounted, others);
  }

  boolean isNone() {
    return hands.isEmpty() && !uncounted && programs.isEmpty();
  }
}
