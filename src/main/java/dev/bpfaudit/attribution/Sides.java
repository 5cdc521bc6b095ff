package dev.bpfaudit.attribution;

import dev.bpfaudit.diff.AttributeChange;
import dev.bpfaudit.diff.EntryChange;
import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Snapshot;

/// The two snapshots of a diff in the order in which they were taken. Time runs forward even where
/// a diff is asked for the other way round.
record Sides(Snapshot earlier, Snapshot later, boolean reversed) {
  static Sides of(SnapshotDiff diff) {
    boolean reversed = diff.from().header().number() > diff.to().header().number();
    return reversed
        ? new Sides(diff.to(), diff.from(), true)
        : new Sides(diff.from(), diff.to(), false);
  }

  String bootBefore() {
    return earlier.header().host().bootId();
  }

  String bootNow() {
    return later.header().host().bootId();
  }

  boolean sameBoot() {
    return bootBefore().equals(bootNow());
  }

  EntryChange forward(EntryChange change) {
    if (!reversed) {
      return change;
    }
    return switch (change) {
      case EntryChange.Added(Bytes key, Bytes now) -> new EntryChange.Removed(key, now);
      case EntryChange.Removed(Bytes key, Bytes before) -> new EntryChange.Added(key, before);
      case EntryChange.Changed(Bytes key, Bytes before, Bytes now) ->
          new EntryChange.Changed(key, /* before= */ now, /* now= */ before);
    };
  }

  AttributeChange forward(AttributeChange change) {
    return reversed
        ? new AttributeChange(
            change.field(), /* before= */ change.now(), /* now= */ change.before())
        : change;
  }
}
