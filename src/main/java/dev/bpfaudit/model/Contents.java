package dev.bpfaudit.model;

/// What is known of the entries of one map. A map that could not be read is a value of its own,
/// never an empty table.
public sealed interface Contents {

  /// Every entry was read.
  record Complete(TableRef table) implements Contents {}

  /// Reading was cut short; `table` holds what was read, `reason` says why not more.
  record Partial(TableRef table, String reason) implements Contents {}

  /// The map's type can be read, this map could not be; `reason` names the operation and errno.
  record Unreadable(String reason) implements Contents {}

  /// This type of map cannot be listed; `why` says so. `seen` holds the part that its type lets be
  /// seen all the same (the head of a queue), else an empty table.
  record NotEnumerable(String why, TableRef seen) implements Contents {}
}
