package dev.bpfaudit.kernel;

/// How reading the entries of a map ended.
sealed interface ReadingEnd {
  /// Every entry was read.
  record Whole() implements ReadingEnd {}

  /// Something kept it from going on; what was read so far is valid.
  record CutShort(String reason) implements ReadingEnd {}

  /// The kernel does not do this to such a map, another way of reading may work.
  record WrongWay(String reason) implements ReadingEnd {}

  static ReadingEnd failed(String operation, int errno) {
    return new CutShort(operation + ": " + Errno.describe(errno));
  }
}
