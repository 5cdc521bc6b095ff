package dev.bpfaudit.scenario;

import dev.bpfaudit.kernel.ScratchMap;
import dev.bpfaudit.model.Loss;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Tracing;
import java.util.List;
import java.util.Set;

/// What one drain told.
record Seen(Observation observation) {
  static Seen of(Observation observation) {
    return new Seen(observation);
  }

  /// Up to now, stored and given up.
  static Seen next(Watch watch) {
    return of(watch.seen(watch.snapshot(Set.of())));
  }

  /// Up to now, and neither stored nor given up.
  static Seen drained(Watch watch) {
    return switch (watch.drain()) {
      case Tracing.Traced(Observation observation) -> of(observation);
      case Tracing.NotTraced(String why) -> throw new AssertionError(why);
    };
  }

  List<Loss> losses() {
    return observation.losses();
  }

  /// Of the entries of a map.
  List<ObservedWrite> writes(ScratchMap map) {
    return observation.writes().stream()
        .filter(write -> write.mapId() == map.id() && write.operation().writesEntries())
        .toList();
  }

  /// How often the entries of a map were written.
  long sum(ScratchMap map) {
    return writes(map).stream().mapToLong(ObservedWrite::count).sum();
  }

  /// How many writes were lost so.
  long lost(String what) {
    return losses().stream()
        .filter(loss -> loss.what().contains(what))
        .mapToLong(Loss::count)
        .sum();
  }

  /// Whether every write of a map is here, had it been a tail-call table, which only system calls
  /// write. That the kernel skips hooks where tasks are interrupted in them is another matter.
  boolean complete(ScratchMap map) {
    Observation ofOthers =
        new Observation(
            observation.installation(),
            observation.generation(),
            observation.kind(),
            observation.seed(),
            observation.beganNanos(),
            observation.endedNanos(),
            observation.paths(),
            losses().stream()
                .filter(loss -> !loss.what().contains("was skipped by the kernel"))
                .toList(),
            observation.lapses(),
            List.of());
    return Completeness.of(ofOthers, map.id(), MapType.PROG_ARRAY);
  }
}
