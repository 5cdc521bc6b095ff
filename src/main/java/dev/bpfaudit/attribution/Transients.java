package dev.bpfaudit.attribution;

import dev.bpfaudit.attribution.Standing.Entry;
import dev.bpfaudit.diff.EntryChanges;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.TableRef;
import dev.bpfaudit.model.WrittenKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the entries of one map that were something else between two readings that show them alike,
/// as far as writes prove it.
final class Transients {
  /// The head, or all keys.
  private static final Set<MapType> SHOW_A_PART =
      EnumSet.of(MapType.QUEUE, MapType.STACK, MapType.SOCKHASH);

  private final BpfMap map;
  private final Keys keys;
  private final Standing standing;

  private final Span between;
  private final Span settled;

  private Transients(BpfMap map, Keys keys, Standing standing, Span between, Span settled) {
    this.map = map;
    this.keys = keys;
    this.standing = standing;
    this.between = between;
    this.settled = settled;
  }

  /// None if the entries of one side are not known.
  ///
  /// @param keys written by what touches the time from the earlier reading to the later one
  /// @param earlier the same map in the earlier snapshot, null if it was not there
  /// @param changes from the one to the other, or the other way round
  /// @param beganNanos of the earlier reading, or when the map was created
  static Optional<Transients> of(
      Keys keys,
      @Nullable MapState earlier,
      MapState later,
      EntryChanges changes,
      long beganNanos) {
    BpfMap map = later.map();
    Optional<FlatTable> now = visible(later);
    Optional<FlatTable> before =
        earlier == null
            ? now.map(table -> FlatTable.empty(table.keySize(), table.valueSize()))
            : visible(earlier);
    long until = later.window().beganNanos();
    long settled = earlier == null ? beganNanos : earlier.window().endedNanos();
    return before.flatMap(was ->
        now.map(is ->
            new Transients(
                map,
                keys,
                new Standing(map, was, is, changes, keys::meaning),
                new Span(beganNanos, until),
                new Span(settled, until))));
  }

  /// What can be compared of a map's contents.
  private static Optional<FlatTable> visible(MapState state) {
    return switch (state.contents()) {
      case Contents.Complete(TableRef table) -> Optional.of(table.load());
      case Contents.NotEnumerable(String _, TableRef seen)
          when SHOW_A_PART.contains(state.map().type()) ->
          Optional.of(seen.load());
      case Contents.NotEnumerable _, Contents.Partial _, Contents.Unreadable _ -> Optional.empty();
    };
  }

  private record Found(Transient told, Finding who) {}

  /// @param reversed whether the diff is asked for against time
  TransientEntries all(boolean reversed) {
    List<Found> found = new ArrayList<>();
    keys.known().forEach((key, writes) -> ofKey(key, writes).ifPresent(found::add));
    keys.byHash()
        .forEach((seed, hashes) ->
            hashes.forEach((hash, writes) -> ofLongKey(seed, hash, writes).ifPresent(found::add)));
    found.sort(Comparator.comparing(one -> one.told().key()));
    Union who = new Union();
    found.forEach(one -> who.add(one.who()));
    return new TransientEntries(
        found.stream().map(Found::told).map(told -> reversed ? told.reversed() : told).toList(),
        who,
        untold());
  }

  private Optional<Found> ofKey(Bytes key, List<SeenWrite> writes) {
    return standing.of(asWritten(key, writes)).flatMap(entry -> judge(entry, false, writes));
  }

  /// A key of which some bits say nothing is told as it was written last.
  private static Bytes asWritten(Bytes meaning, List<SeenWrite> writes) {
    return switch (writes.getLast().write().key()) {
      case WrittenKey.Exact(Bytes key) -> key;
      case WrittenKey.Prefix _, WrittenKey.Unknown _, WrittenKey.Whole _ -> meaning;
    };
  }

  private Optional<Found> ofLongKey(long seed, long hash, List<SeenWrite> writes) {
    Optional<Bytes> stored = standing.find(seed, hash);
    if (stored.isPresent()) {
      return standing.of(stored.get()).flatMap(entry -> judge(entry, false, writes));
    }
    return writes.getFirst().write().key() instanceof WrittenKey.Prefix(Bytes start, int _, long _)
        ? judge(new Entry(start, null, null), true, writes)
        : Optional.empty();
  }

  private Interlude interlude(Entry entry, List<SeenWrite> writes) {
    return new Interlude(map, entry, writes, between, settled);
  }

  private Optional<Found> judge(Entry entry, boolean truncated, List<SeenWrite> writes) {
    Interlude interlude = interlude(entry, writes);
    if (!interlude.proven()) {
      return Optional.empty();
    }
    Finding who = interlude.who(keys.ofUnknown());
    Transient told =
        new Transient(
            entry.key(),
            truncated,
            entry.before(),
            entry.now(),
            interlude.last(),
            List.of(),
            who.attributed());
    return Optional.of(new Found(told, who));
  }

  /// How many writes there were of which it cannot be told whether an entry was something else.
  private long untold() {
    long unknown = Interlude.count(keys.ofUnknown(), between);
    for (var written : keys.known().entrySet()) {
      unknown +=
          standing
              .of(asWritten(written.getKey(), written.getValue()))
              .map(entry -> interlude(entry, written.getValue()).untold())
              .orElse(0L);
    }
    return unknown;
  }
}
