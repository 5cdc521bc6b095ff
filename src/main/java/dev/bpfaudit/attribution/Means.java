package dev.bpfaudit.attribution;

/// Why somebody is named.
public enum Means {
  /// It was seen.
  SEEN,
  /// The code of this program can store through a pointer to a value.
  POINTER,
  /// This process was seen mapping the map, for writing.
  MAPPING,
  /// This process has the map in its memory, writable.
  MAPPED,
  /// The code of this program calls a function that writes the map, and such calls were not all
  /// watched.
  HELPER,
  /// This process holds the map open for writing, and system calls were not all watched.
  DESCRIPTOR;

  /// Whether no function of the kernel runs when it writes.
  public boolean direct() {
    return switch (this) {
      case POINTER, MAPPING, MAPPED -> true;
      case SEEN, HELPER, DESCRIPTOR -> false;
    };
  }
}
