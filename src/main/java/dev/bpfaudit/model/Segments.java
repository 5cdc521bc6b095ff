package dev.bpfaudit.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Comparisons inside memory segments that allocate nothing.
final class Segments {
  private Segments() {}

  /// Unsigned lexicographic order of two ranges, the shorter first when one is a prefix.
  static int compareUnsigned(
      MemorySegment a, long aAt, int aLength, MemorySegment b, long bAt, int bLength) {
    long at = MemorySegment.mismatch(a, aAt, aAt + aLength, b, bAt, bAt + bLength);
    if (at == -1) {
      return 0;
    }
    if (at >= aLength || at >= bLength) {
      return Integer.compare(aLength, bLength);
    }
    return Byte.compareUnsigned(
        a.get(ValueLayout.JAVA_BYTE, aAt + at), b.get(ValueLayout.JAVA_BYTE, bAt + at));
  }
}
