package dev.bpfaudit.attribution;

import static java.util.stream.Collectors.toSet;

import dev.bpfaudit.attribution.Standing.Entry;
import dev.bpfaudit.diff.EntryChange;
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
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Finds the entries of one map that were something else between two readings that show them alike,
/// as far as writes prove it or a stored snapshot shows it.
final class Transients {
  /// The head, or all keys.
  private static final Set<MapType> SHOW_A_PART =
      EnumSet.of(MapType.QUEUE, MapType.STACK, MapType.SOCKHASH);

  private static final TableRef NOTHING = TableRef.of(FlatTable.empty(0, 0));

  private final BpfMap map;
  private final MapEvidence evidence;
  private final Keys keys;
  private final Standing standing;
  private final Map<Bytes, Between.Sight> sights;
  private final Span between;
  private final Span settled;

  private Transients(
      BpfMap map,
      MapEvidence evidence,
      Standing standing,
      Map<Bytes, Between.Sight> sights,
      Span between,
      Span settled) {
    this.map = map;
    this.evidence = evidence;
    this.keys = evidence.keys();
    this.standing = standing;
    this.sights = sights;
    this.between = between;
    this.settled = settled;
  }

  /// None if the entries of one side are not known.
  ///
  /// @param evidence of the time from the earlier reading to the later one
  /// @param shown by the stored snapshots in between
  /// @param earlier the same map in the earlier snapshot, null if it was not there
  /// @param changes from the one to the other, or the other way round
  /// @param between the beginnings of the two readings; a new map's is when it was created
  /// @param settledNanos when the earlier one ended, likewise
  static Optional<Transients> of(
      MapEvidence evidence,
      Between shown,
      @Nullable MapState earlier,
      MapState later,
      EntryChanges changes,
      Span between,
      long settledNanos) {
    Optional<TableRef> now = visible(later);
    Optional<TableRef> before = earlier == null ? Optional.of(NOTHING) : visible(earlier);
    if (now.isEmpty() || before.isEmpty()) {
      return Optional.empty();
    }
    boolean asked = evidence.keys().anyKnown() || shown.anyOf(later);
    Standing standing =
        new Standing(
            later.map(),
            (asked ? before.get() : NOTHING).load(),
            (asked ? now.get() : NOTHING).load(),
            changes,
            evidence.keys()::meaning);
    return Optional.of(
        new Transients(
            later.map(),
            evidence,
            standing,
            shown.of(later, standing),
            between,
            new Span(settledNanos, between.endedNanos())));
  }

  /// What can be compared of a map's contents.
  static Optional<TableRef> visible(MapState state) {
    return switch (state.contents()) {
      case Contents.Complete(TableRef table) -> Optional.of(table);
      case Contents.NotEnumerable(String _, TableRef seen)
          when SHOW_A_PART.contains(state.map().type()) ->
          Optional.of(seen);
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
    Set<Bytes> written = found.stream().map(one -> one.told().key()).collect(toSet());
    sights.forEach((key, sight) -> {
      if (!written.contains(key)) {
        standing.of(key).map(entry -> onlyShown(entry, sight)).ifPresent(found::add);
      }
    });
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
    Between.Sight sight = sights.get(entry.key());
    return Optional.of(
        sight == null
            ? found(entry, truncated, interlude.last(), List.of(), who)
            : found(entry, truncated, sight.last(), sight.numbers(), who));
  }

  /// Nobody is proven to have written it, and a snapshot shows it all the same.
  private Found onlyShown(Entry entry, Between.Sight sight) {
    Finding who = evidence.entry(change(entry, sight.last()));
    return found(entry, false, sight.last(), sight.numbers(), who);
  }

  private static EntryChange change(Entry entry, Transient.Last then) {
    Bytes before = entry.before();
    return switch (then) {
      case Transient.Value(Bytes value, int _) when before == null ->
          new EntryChange.Added(entry.key(), value);
      case Transient.Value(Bytes value, int _) ->
          new EntryChange.Changed(entry.key(), before, /* now= */ value);
      case Transient.Absent _, Transient.Unknown _ ->
          new EntryChange.Removed(entry.key(), before == null ? Bytes.EMPTY : before);
    };
  }

  private static Found found(
      Entry entry, boolean truncated, Transient.Last last, List<Long> numbers, Finding who) {
    return new Found(
        new Transient(
            entry.key(), truncated, entry.before(), entry.now(), last, numbers, who.attributed()),
        who);
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
