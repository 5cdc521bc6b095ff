package dev.bpfaudit.model;

/// Which key was written, as far as the kernel kept it.
public sealed interface WrittenKey {

  /// All its bytes.
  record Exact(Bytes key) implements WrittenKey {}

  /// The first bytes of a longer key, and the [SeededHash] of all of it.
  record Prefix(Bytes start, int size, long hash) implements WrittenKey {}

  /// One or more keys nobody knows: a counter stands for many writes, or reading the key failed.
  record Unknown() implements WrittenKey {}

  /// The map as a whole: freezing, opening, pushing.
  record Whole() implements WrittenKey {}
}
