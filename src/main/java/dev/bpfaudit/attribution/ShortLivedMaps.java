package dev.bpfaudit.attribution;

import dev.bpfaudit.attribution.Finding.Rated;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.Snapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Gathers the maps of the later boot that came and went between two snapshots. Of single maps that
/// were asked for nothing is told: the tracer knows no names.
final class ShortLivedMaps {
  private final boolean asked;
  private final String boot;
  private final Set<Long> known = new HashSet<>();
  private final Span span;
  private final Map<Long, List<SeenWrite>> writes = new TreeMap<>();
  private final Map<Long, BpfMap> shown = new HashMap<>();
  private final Map<Long, List<Long>> numbers = new TreeMap<>();

  ShortLivedMaps(Sides sides) {
    Snapshot from = sides.earlier();
    Snapshot to = sides.later();
    boot = sides.bootNow();
    asked = isWhole(from) && isWhole(to);
    long began = sides.sameBoot() ? from.header().boottimeNanos() : 0;
    span = new Span(began, Math.max(began, to.header().boottimeNanos()));
    to.capture().maps().forEach(state -> known.add(state.map().id()));
    if (sides.sameBoot()) {
      from.capture().maps().forEach(state -> known.add(state.map().id()));
    }
  }

  private static boolean isWhole(Snapshot snapshot) {
    return snapshot.capture().maps().size() == snapshot.header().maps();
  }

  /// What the tracer saw of a map.
  void seen(SeenWrite seen, String itsBoot) {
    long id = seen.write().mapId();
    if (asked && itsBoot.equals(boot) && !known.contains(id)) {
      writes.computeIfAbsent(id, _ -> new ArrayList<>()).add(seen);
    }
  }

  /// What a stored snapshot in between shows.
  void shown(Snapshot snapshot) {
    if (!asked || !snapshot.header().host().bootId().equals(boot)) {
      return;
    }
    for (MapState state : snapshot.capture().maps()) {
      long id = state.map().id();
      if (!known.contains(id)) {
        shown.put(id, state.map());
        numbers.computeIfAbsent(id, _ -> new ArrayList<>()).add(snapshot.header().number());
      }
    }
  }

  /// Ascending by id.
  List<ShortLived> all() {
    Set<Long> ids = new TreeSet<>(numbers.keySet());
    writes.forEach((id, seen) -> {
      if (seen.stream().anyMatch(this::creates)) {
        ids.add(id);
      }
    });
    return ids.stream().map(this::one).toList();
  }

  private boolean creates(SeenWrite seen) {
    return seen.write().operation() == Operation.CREATE && span.holds(seen.write().firstNanos());
  }

  private ShortLived one(long id) {
    List<Rated> who = new ArrayList<>();
    long entries = 0;
    for (SeenWrite seen : writes.getOrDefault(id, List.of())) {
      Operation operation = seen.write().operation();
      if (operation.writesEntries()) {
        entries += seen.write().count();
      }
      if (operation != Operation.OPEN) {
        boolean sure = operation != Operation.RELEASE && !seen.write().doubtful();
        who.add(new Rated(seen, sure ? Level.CONFIRMED : Level.PROBABLE));
      }
    }
    return new ShortLived(
        id,
        shown.get(id),
        numbers.getOrDefault(id, List.of()),
        entries,
        Finding.of(who, Level.UNOBSERVED).attributed());
  }
}
