package dev.bpfaudit.model;

/// Whether the writes that were counted together were of one value.
public sealed interface Variation {
  /// All were, or nobody can tell.
  None NONE = new None();

  /// All were, or nobody can tell.
  record None() implements Variation {}

  /// Different values were written.
  ///
  /// @param nanos `CLOCK_BOOTTIME` of the first that was another than the one before
  /// @param other the last value that was not the last of all; of its bytes at most the first 16
  ///   are kept
  record Since(long nanos, WrittenValue other) implements Variation {}
}
