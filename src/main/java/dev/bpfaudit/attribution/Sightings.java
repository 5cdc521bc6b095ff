package dev.bpfaudit.attribution;

import dev.bpfaudit.attribution.Attribution.KernelObject;
import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.model.Variation;
import dev.bpfaudit.model.WrittenKey;
import dev.bpfaudit.model.WrittenValue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What was seen of the maps that matter. Who writes the same every minute for a day is one record
/// and not a thousand: what is within the time between the two readings may be joined.
final class Sightings {
  private final Map<KernelObject, List<SeenWrite>> writes = new HashMap<>();
  private final Map<Alike, Integer> places = new HashMap<>();
  private final Sides sides;
  private final ShortLivedMaps others;

  /// By what two records of different drains are joined.
  private record Alike(
      KernelObject object,
      Operation operation,
      boolean batch,
      boolean doubtful,
      Author who,
      WrittenKey key,
      WrittenValue value,
      long seed) {}

  /// @param others hears of every other map
  Sightings(Set<KernelObject> wanted, Sides sides, ShortLivedMaps others) {
    this.sides = sides;
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
        long number = interval.snapshot().number();
        boolean within =
            number > sides.earlier().header().number() && number < sides.later().header().number();
        for (ObservedWrite write : observation.writes()) {
          SeenWrite seen = new SeenWrite(write, observation.seed(), interval.clock());
          keep(seen, new KernelObject(interval.boot(), write.mapId()), within);
        }
        yield new Interval(
            interval.snapshot(), new Tracing.Traced(without(observation)), interval.surroundings());
      }
    };
  }

  private void keep(SeenWrite seen, KernelObject object, boolean within) {
    List<SeenWrite> kept = writes.get(object);
    if (kept == null) {
      others.seen(seen, object.boot());
    } else if (within && seen.write().variation() instanceof Variation.None) {
      Integer place = places.putIfAbsent(alike(seen, object), kept.size());
      if (place == null) {
        kept.add(seen);
      } else {
        kept.set(place, joined(kept.get(place), seen));
      }
    } else {
      kept.add(seen);
    }
  }

  private static Alike alike(SeenWrite seen, KernelObject object) {
    ObservedWrite write = seen.write();
    return new Alike(
        object,
        write.operation(),
        write.batch(),
        write.doubtful(),
        seen.who(),
        write.key(),
        write.value(),
        seen.seed());
  }

  private static SeenWrite joined(SeenWrite before, SeenWrite after) {
    ObservedWrite first = before.write();
    ObservedWrite last = after.write();
    return new SeenWrite(
        new ObservedWrite(
            last.mapId(),
            last.operation(),
            last.batch(),
            last.doubtful(),
            last.author(),
            last.key(),
            last.value(),
            last.variation(),
            first.count() + last.count(),
            Math.min(first.firstNanos(), last.firstNanos()),
            Math.max(first.lastNanos(), last.lastNanos())),
        after.seed(),
        after.clock());
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
