package dev.bpfaudit.attribution;

import dev.bpfaudit.attribution.Finding.Rated;
import dev.bpfaudit.diff.EntryChange;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Operation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// What was seen of one kernel object, and whether that is all there was.
final class MapEvidence {
  /// Entries of these go without anybody's call: the least recently used gives way, a socket or
  /// device disappears, the last user of a tail-call table leaves.
  private static final Set<MapType> REMOVED_BY_KERNEL =
      EnumSet.of(
          MapType.LRU_HASH,
          MapType.LRU_PERCPU_HASH,
          MapType.PROG_ARRAY,
          MapType.DEVMAP,
          MapType.DEVMAP_HASH,
          MapType.XSKMAP,
          MapType.SOCKMAP,
          MapType.SOCKHASH,
          MapType.REUSEPORT_SOCKARRAY,
          MapType.CGROUP_STORAGE,
          MapType.PERCPU_CGROUP_STORAGE,
          MapType.STRUCT_OPS);

  /// Entries of these come, or move, when something is attached.
  private static final Set<MapType> WRITTEN_BY_KERNEL =
      EnumSet.of(MapType.CGROUP_STORAGE, MapType.PERCPU_CGROUP_STORAGE, MapType.STRUCT_OPS);

  private final BpfMap map;
  private final List<SeenWrite> writes;
  private final Keys keys;
  private final Span span;
  private final boolean replaces;
  private final List<Rated> creation;
  private final Level nobodyWrote;
  private final Candidates candidates;

  /// @param writes all to this kernel object
  /// @param span in which its entries changed
  /// @param replaces whether `map` took the place of another: what it never had needs no writer
  MapEvidence(
      BpfMap map,
      String boot,
      List<SeenWrite> writes,
      Span span,
      boolean replaces,
      Timeline timeline) {
    this.map = map;
    this.writes = writes;
    this.span = span;
    this.keys =
        new Keys(
            map,
            writes.stream()
                .filter(seen -> seen.write().operation().writesEntries())
                .filter(seen -> span.touches(seen.write()))
                .toList());
    this.replaces = replaces;
    this.creation = replaces ? rated(Operation.CREATE, Level.PROBABLE) : List.of();
    this.nobodyWrote =
        timeline.watched(map, boot, span, Operation::writesEntries)
            ? Level.UNEXPLAINED
            : Level.UNOBSERVED;
    this.candidates =
        new Candidates(
            map.id(), timeline.of(boot), writes, span, timeline.unwatched(map, boot, span));
  }

  /// The writes of entries in the time in which they changed.
  Keys keys() {
    return keys;
  }

  /// Whether every change of an entry is unobserved.
  boolean tellsNothing() {
    return writes.isEmpty() && nobodyWrote == Level.UNOBSERVED && candidates.none();
  }

  /// Who did `operation` to the map as a whole, in whatever drain it was seen.
  List<Rated> rated(Operation operation, Level sure) {
    return writes.stream()
        .filter(seen -> seen.write().operation() == operation)
        .map(
            seen -> new Rated(seen, seen.write().doubtful() ? sure.orWeaker(Level.PROBABLE) : sure))
        .toList();
  }

  /// The same, in the time in which the entries changed.
  List<Rated> ratedWithin(Operation operation, Level sure) {
    return rated(operation, sure).stream()
        .filter(rated -> span.touches(rated.seen().write()))
        .toList();
  }

  /// Everybody who wrote entries, whichever.
  List<Rated> anyEntry() {
    return writes.stream()
        .filter(seen -> seen.write().operation().writesEntries())
        .filter(seen -> span.touches(seen.write()))
        .map(seen -> new Rated(seen, Level.PROBABLE))
        .toList();
  }

  /// Who made one change, told forward in time.
  Finding entry(EntryChange change) {
    List<Rated> seen = new ArrayList<>();
    for (SeenWrite one : keys.of(change.key())) {
      seen.add(new Rated(one, made(one, change) ? Level.CONFIRMED : Level.PROBABLE));
    }
    for (SeenWrite one : keys.ofUnknown()) {
      seen.add(new Rated(one, Level.PROBABLE));
    }
    if (seen.isEmpty() && neverHad(change)) {
      seen.addAll(creation);
    }
    if (!seen.isEmpty()) {
      return Finding.of(seen, nobodyWrote);
    }
    return needsNoWriter(change)
        ? Finding.of(seen, Level.UNOBSERVED)
        : Finding.unseen(candidates.of(change), nobodyWrote);
  }

  /// Whether the kernel may have made a change by itself, or nobody at all.
  private boolean needsNoWriter(EntryChange change) {
    boolean byKernel =
        switch (change) {
          case EntryChange.Removed _ -> REMOVED_BY_KERNEL.contains(map.type());
          case EntryChange.Added _, EntryChange.Changed _ -> WRITTEN_BY_KERNEL.contains(map.type());
        };
    return byKernel || (replaces && neverHad(change));
  }

  private boolean made(SeenWrite seen, EntryChange change) {
    if (seen.write().doubtful() || !span.surelyHolds(seen.write())) {
      return false;
    }
    return switch (change) {
      case EntryChange.Removed _ -> seen.write().operation().removesEntries();
      case EntryChange.Added(Bytes _, Bytes now) -> wrote(seen, now);
      case EntryChange.Changed(Bytes _, Bytes _, Bytes now) -> wrote(seen, now);
    };
  }

  /// Only the last value is known, so that one must have been written in time.
  private boolean wrote(SeenWrite seen, Bytes now) {
    return span.holds(seen.write().lastNanos()) && Values.same(seen, map, now);
  }

  /// Whether an entry is as it is in a new map: not there, or all zeros.
  private static boolean neverHad(EntryChange change) {
    return switch (change) {
      case EntryChange.Removed _ -> true;
      case EntryChange.Added(Bytes _, Bytes now) -> zeros(now);
      case EntryChange.Changed(Bytes _, Bytes _, Bytes now) -> zeros(now);
    };
  }

  private static boolean zeros(Bytes value) {
    for (int i = 0; i < value.length(); i++) {
      if (value.at(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
