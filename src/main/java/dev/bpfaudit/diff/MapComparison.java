package dev.bpfaudit.diff;

import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.TableRef;
import java.util.List;
import java.util.Optional;

/// Compares one map with itself. Tables are loaded only when their digests differ, or when equal
/// bytes may mean different programs.
final class MapComparison {
  private final ProgramSlots programSlots;
  private final boolean sameBoot;

  MapComparison(Capture before, Capture now) {
    this.programSlots = new ProgramSlots(before, now);
    this.sameBoot = before.host().bootId().equals(now.host().bootId());
  }

  /// What differs, or nothing.
  Optional<MapChange> compare(MapPairs.Pair pair) {
    MapState before = pair.before();
    MapState now = pair.now();
    List<AttributeChange> attributes = Attributes.between(before.map(), now.map());
    return switch (comparable(before.contents(), now.contents())) {
      case Basis.Not not ->
          Optional.of(
              new MapChange.NotComparable(
                  before, now, pair.replaced(), attributes, not.reason(), not.unread()));
      case Basis.Tables tables -> {
        var compared =
            new MapChange.Compared(before, now, pair.replaced(), attributes, entries(pair, tables));
        yield compared.same() ? Optional.empty() : Optional.of(compared);
      }
    };
  }

  private EntryChanges entries(MapPairs.Pair pair, Basis.Tables tables) {
    boolean slots = holdsPrograms(pair.before()) && holdsPrograms(pair.now());
    boolean sameDigest = tables.before().equals(tables.now());
    if (sameDigest && (sameBoot || !slots)) {
      return EntryChanges.none();
    }
    return slots
        ? EntryChanges.between(tables.before().load(), tables.now().load(), programSlots)
        : EntryChanges.between(tables.before().load(), tables.now().load());
  }

  private static boolean holdsPrograms(MapState state) {
    return state.map().type() == MapType.PROG_ARRAY;
  }

  private static Basis comparable(Contents before, Contents now) {
    if (before instanceof Contents.Complete was && now instanceof Contents.Complete is) {
      return new Basis.Tables(was.table(), is.table());
    }
    if (before instanceof Contents.NotEnumerable was && now instanceof Contents.NotEnumerable is) {
      return new Basis.Tables(was.seen(), is.seen());
    }
    boolean becameReadable =
        before instanceof Contents.NotEnumerable && now instanceof Contents.Complete;
    return new Basis.Not(
        "before: " + describe(before) + "; now: " + describe(now), !becameReadable);
  }

  private static String describe(Contents contents) {
    return switch (contents) {
      case Contents.Complete _ -> "read whole";
      case Contents.Partial partial -> "read in part: " + partial.reason();
      case Contents.Unreadable unreadable -> "unread: " + unreadable.reason();
      case Contents.NotEnumerable not -> "not enumerable: " + not.why();
    };
  }

  private sealed interface Basis {
    record Tables(TableRef before, TableRef now) implements Basis {}

    record Not(String reason, boolean unread) implements Basis {}
  }
}
