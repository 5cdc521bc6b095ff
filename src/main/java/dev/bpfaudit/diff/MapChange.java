package dev.bpfaudit.diff;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.MapState;
import java.util.List;

/// What happened to one map between two snapshots.
public sealed interface MapChange {
  /// The map, as the later snapshot saw it if it is there.
  BpfMap map();

  /// Whether entries are missing that could have been read.
  boolean unread();

  /// No map of the earlier snapshot is this one.
  ///
  /// @param ambiguous whether several maps could have been it, so that none was taken
  record Added(MapState now, boolean ambiguous) implements MapChange {
    @Override
    public BpfMap map() {
      return now.map();
    }

    @Override
    public boolean unread() {
      return now.contents() instanceof Contents.Unreadable
          || now.contents() instanceof Contents.Partial;
    }
  }

  /// No map of the later snapshot is this one.
  record Removed(MapState before, boolean ambiguous) implements MapChange {
    @Override
    public BpfMap map() {
      return before.map();
    }

    @Override
    public boolean unread() {
      return false;
    }
  }

  /// The same map on both sides, compared.
  ///
  /// @param replaced whether it is another kernel object in the same place
  record Compared(
      MapState before,
      MapState now,
      boolean replaced,
      List<AttributeChange> attributes,
      EntryChanges entries)
      implements MapChange {
    public Compared {
      attributes = List.copyOf(attributes);
    }

    @Override
    public BpfMap map() {
      return now.map();
    }

    @Override
    public boolean unread() {
      return false;
    }

    /// Whether nothing at all differs.
    public boolean same() {
      return !replaced && attributes.isEmpty() && entries.isEmpty();
    }
  }

  /// The same map on both sides, but the entries of one side are not all known.
  ///
  /// @param reason which side, and why
  /// @param unread whether one side could have been read and was not, which a mere change of what
  ///   can be listed is not
  record NotComparable(
      MapState before,
      MapState now,
      boolean replaced,
      List<AttributeChange> attributes,
      String reason,
      boolean unread)
      implements MapChange {
    public NotComparable {
      attributes = List.copyOf(attributes);
    }

    @Override
    public BpfMap map() {
      return now.map();
    }
  }
}
