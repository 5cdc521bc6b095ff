package dev.bpfaudit.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Comparisons inside memory segments that allocate nothing.
final class Segments {
  private static final ValueLayout.OfLong BIG_ENDIAN =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private Segments() {}

  /// Unsigned lexicographic order of two ranges, the shorter first when one is a prefix. Most pairs
  /// of keys differ in their first 8 bytes, which are compared as one number.
  static int compareUnsigned(
      MemorySegment a, long aAt, int aLength, MemorySegment b, long bAt, int bLength) {
    if (aLength >= Long.BYTES && bLength >= Long.BYTES) {
      int order = Long.compareUnsigned(a.get(BIG_ENDIAN, aAt), b.get(BIG_ENDIAN, bAt));
      if (order != 0) {
        return order;
      }
    }
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
