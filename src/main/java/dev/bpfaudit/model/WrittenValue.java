package dev.bpfaudit.model;

/// The last value written, as far as the kernel kept it.
public sealed interface WrittenValue {

  /// Its [SeededHash] and its first bytes, at most 64.
  ///
  /// @param size of the whole value
  record Hashed(long hash, Bytes start, int size) implements WrittenValue {}

  /// A value was written that cannot be compared with what a snapshot shows: too long, or not what
  /// is read back (a socket's descriptor, whose cookie is shown).
  record Unknown() implements WrittenValue {}

  /// Nothing was written: a deletion.
  record None() implements WrittenValue {}
}
