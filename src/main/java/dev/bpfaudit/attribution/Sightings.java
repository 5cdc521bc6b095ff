package dev.bpfaudit.attribution;

import dev.bpfaudit.attribution.Attribution.KernelObject;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Tracing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What was seen of the maps that matter.
final class Sightings {
  private final Map<KernelObject, List<SeenWrite>> writes = new HashMap<>();
  private final ShortLivedMaps others;

  /// @param others hears of every other map
  Sightings(Set<KernelObject> wanted, ShortLivedMaps others) {
    this.others = others;
    wanted.forEach(object -> writes.put(object, new ArrayList<>()));
  }

  List<SeenWrite> of(KernelObject object) {
    return writes.getOrDefault(object, List.of());
  }

  boolean anyEntry(KernelObject object) {
    return of(object).stream().anyMatch(seen -> seen.write().operation().writesEntries());
  }

  /// Keeps the writes and returns the interval without them.
  Interval take(Interval interval) {
    return switch (interval.tracing()) {
      case Tracing.NotTraced _ -> interval;
      case Tracing.Traced(Observation observation) -> {
        observation.writes().forEach(write -> keep(write, observation.seed(), interval));
        yield new Interval(
            interval.snapshot(), new Tracing.Traced(without(observation)), interval.surroundings());
      }
    };
  }

  private void keep(ObservedWrite write, long seed, Interval interval) {
    List<SeenWrite> kept = writes.get(new KernelObject(interval.boot(), write.mapId()));
    SeenWrite seen = new SeenWrite(write, seed, interval.clock());
    if (kept == null) {
      others.seen(seen, interval.boot());
    } else {
      kept.add(seen);
    }
  }

  private static Observation without(Observation one) {
    return new Observation(
        one.installation(),
        one.generation(),
        one.kind(),
        one.seed(),
        one.beganNanos(),
        one.endedNanos(),
        one.paths(),
        one.losses(),
        one.lapses(),
        List.of());
  }
}
