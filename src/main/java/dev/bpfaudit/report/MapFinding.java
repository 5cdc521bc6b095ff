package dev.bpfaudit.report;

import dev.bpfaudit.diff.AttributeChange;
import dev.bpfaudit.diff.EntryChanges;
import dev.bpfaudit.diff.MapChange;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.MapState;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One [MapChange] as every format tells it.
///
/// @param change which this tells
/// @param map as the later snapshot saw it; of a removed map as the earlier one did
/// @param previousId of the kernel object that was in this place, null unless it was another
/// @param reason why entries are missing from the comparison, null if none are
record MapFinding(
    MapChange change,
    Kind kind,
    BpfMap map,
    @Nullable Long previousId,
    boolean ambiguous,
    @Nullable String reason,
    List<AttributeChange> attributes,
    EntryChanges entries) {

  /// What happened, the gravest that applies; `label` is its name in the JSON.
  enum Kind {
    ADDED("added"),
    REMOVED("removed"),
    REPLACED("replaced"),
    CHANGED("changed"),
    NOT_COMPARABLE("notComparable"),
    /// Nothing differs, but something did in between.
    UNCHANGED("unchanged");

    final String label;

    Kind(String label) {
      this.label = label;
    }
  }

  static MapFinding of(MapChange change) {
    return switch (change) {
      case MapChange.Added(MapState now, boolean ambiguous) ->
          alone(change, Kind.ADDED, now.map(), ambiguous, unreadReason(now.contents()));
      case MapChange.Removed(MapState before, boolean ambiguous) ->
          alone(change, Kind.REMOVED, before.map(), ambiguous, null);
      case MapChange.Compared compared ->
          new MapFinding(
              change,
              kind(compared),
              compared.now().map(),
              previousId(compared.before(), compared.now()),
              false,
              null,
              compared.attributes(),
              compared.entries());
      case MapChange.NotComparable unknown ->
          new MapFinding(
              change,
              Kind.NOT_COMPARABLE,
              unknown.now().map(),
              previousId(unknown.before(), unknown.now()),
              false,
              unknown.reason(),
              unknown.attributes(),
              EntryChanges.none());
    };
  }

  private static Kind kind(MapChange.Compared compared) {
    if (compared.same()) {
      return Kind.UNCHANGED;
    }
    return compared.replaced() ? Kind.REPLACED : Kind.CHANGED;
  }

  private static MapFinding alone(
      MapChange change, Kind kind, BpfMap map, boolean ambiguous, @Nullable String reason) {
    return new MapFinding(
        change, kind, map, null, ambiguous, reason, List.of(), EntryChanges.none());
  }

  private static @Nullable Long previousId(MapState before, MapState now) {
    long id = before.map().id();
    return id == now.map().id() ? null : id;
  }

  /// Why entries of a map that should have been read are missing, null if none are.
  static @Nullable String unreadReason(Contents contents) {
    return switch (contents) {
      case Contents.Partial partial -> partial.reason();
      case Contents.Unreadable unreadable -> unreadable.reason();
      case Contents.Complete _, Contents.NotEnumerable _ -> null;
    };
  }

  /// Whether something is known to have happened to the map itself, and not only to its entries.
  boolean aboutTheMap() {
    return switch (kind) {
      case ADDED, REMOVED, REPLACED, NOT_COMPARABLE -> true;
      case CHANGED, UNCHANGED -> !attributes.isEmpty();
    };
  }
}
