package dev.bpfaudit.diff;

import dev.bpfaudit.model.Bytes;

/// What happened to one key between two snapshots.
public sealed interface EntryChange {
  Bytes key();

  /// The key was not there before.
  record Added(Bytes key, Bytes now) implements EntryChange {}

  /// The key is gone; `before` is its last stored value.
  record Removed(Bytes key, Bytes before) implements EntryChange {}

  /// The key stayed, its value did not.
  record Changed(Bytes key, Bytes before, Bytes now) implements EntryChange {}
}
