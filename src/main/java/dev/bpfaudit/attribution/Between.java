package dev.bpfaudit.attribution;

import dev.bpfaudit.diff.EntryChange;
import dev.bpfaudit.diff.EntryChanges;
import dev.bpfaudit.diff.MapChange;
import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Snapshot;
import dev.bpfaudit.model.TableRef;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;

/// What the stored snapshots between the two of a diff show otherwise than both. A table is loaded
/// only if neither side has it, and not more of them than a check can wait for.
final class Between {
  private static final long MOST_BYTES = 512L << 20;
  private static final int MOST_TABLES = 2_000;
  private static final int MOST_ENTRIES = 50_000;

  private final Sides sides;

  /// By the id of the map in the later snapshot, the oldest first.
  private final Map<Long, List<Shown>> shown = new HashMap<>();

  private long bytes;
  private long tables;
  private long passedOver;

  /// A table that neither side has, in some snapshots on end.
  private record Shown(Bytes digest, List<Long> numbers, Supplier<EntryChanges> towardsLater) {}

  /// What one entry was.
  ///
  /// @param numbers of the snapshots that show it otherwise than both sides
  record Sight(Transient.Last last, List<Long> numbers) {}

  /// @param snapshots between those of `sides`, in order
  /// @param others hears what they show of other maps
  Between(Sides sides, Iterable<Snapshot> snapshots, ShortLivedMaps others) {
    this.sides = sides;
    Map<Long, MapState> earlier = byId(sides.earlier());
    Map<Long, MapState> later = byId(sides.later());
    for (Snapshot snapshot : snapshots) {
      others.shown(snapshot);
      if (snapshot.header().host().bootId().equals(sides.bootNow())) {
        for (MapState state : snapshot.capture().maps()) {
          look(snapshot, state, Optional.ofNullable(earlier.get(state.map().id())), later);
        }
      }
    }
  }

  private static Map<Long, MapState> byId(Snapshot snapshot) {
    Map<Long, MapState> maps = new HashMap<>();
    snapshot.capture().maps().forEach(state -> maps.put(state.map().id(), state));
    return maps;
  }

  private void look(
      Snapshot snapshot, MapState state, Optional<MapState> earlier, Map<Long, MapState> allLater) {
    MapState later = allLater.get(state.map().id());
    Optional<TableRef> table = Transients.visible(state);
    if (later == null || table.isEmpty()) {
      return;
    }
    boolean known =
        table.equals(Transients.visible(later))
            || (sides.sameBoot() && table.equals(earlier.flatMap(Transients::visible)));
    if (known) {
      return;
    }
    List<Shown> of = shown.computeIfAbsent(state.map().id(), _ -> new ArrayList<>());
    long number = snapshot.header().number();
    if (!of.isEmpty() && of.getLast().digest().equals(table.get().digest())) {
      of.getLast().numbers().add(number);
      return;
    }
    List<Long> numbers = new ArrayList<>(List.of(number));
    of.add(new Shown(table.get().digest(), numbers, changes(snapshot, state, later, table.get())));
  }

  /// The slots of a tail-call table mean programs, which every snapshot knows for itself.
  private Supplier<EntryChanges> changes(
      Snapshot snapshot, MapState state, MapState later, TableRef table) {
    if (state.map().type() == MapType.PROG_ARRAY) {
      EntryChanges changes = slots(snapshot, state.map().id());
      return () -> changes;
    }
    return () -> {
      FlatTable then = table.load();
      bytes += then.data().byteSize();
      tables++;
      return EntryChanges.between(then, Transients.visible(later).orElseThrow().load());
    };
  }

  private EntryChanges slots(Snapshot snapshot, long id) {
    return SnapshotDiff.between(snapshot, sides.later(), map -> map.id() == id).changes().stream()
        .filter(MapChange.Compared.class::isInstance)
        .map(change -> ((MapChange.Compared) change).entries())
        .findFirst()
        .orElse(EntryChanges.none());
  }

  /// Whether any table of a map is not what it is on one of the sides.
  boolean anyOf(MapState later) {
    return shown.containsKey(later.map().id());
  }

  /// What the entries of a map were where both sides show them alike, ascending by key.
  Map<Bytes, Sight> of(MapState later, Standing standing) {
    Map<Bytes, Sight> found = new TreeMap<>();
    for (Shown one : shown.getOrDefault(later.map().id(), List.of()).reversed()) {
      if (bytes > MOST_BYTES || tables >= MOST_TABLES || found.size() >= MOST_ENTRIES) {
        passedOver += one.numbers().size();
        continue;
      }
      for (EntryChange change : one.towardsLater().get()) {
        if (standing.of(change.key()).isPresent()) {
          found
              .computeIfAbsent(change.key(), _ -> new Sight(last(change), new ArrayList<>()))
              .numbers()
              .addAll(0, one.numbers());
        }
      }
    }
    return found;
  }

  private static Transient.Last last(EntryChange towardsLater) {
    return switch (towardsLater) {
      case EntryChange.Added _ -> new Transient.Absent();
      case EntryChange.Removed(Bytes _, Bytes then) -> new Transient.Value(then, then.length());
      case EntryChange.Changed(Bytes _, Bytes then, Bytes _) ->
          new Transient.Value(then, then.length());
    };
  }

  /// How many tables of stored snapshots were not looked into.
  long passedOver() {
    return passedOver;
  }
}
