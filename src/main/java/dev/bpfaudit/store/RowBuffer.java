package dev.bpfaudit.store;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/// Rows that are collected one by one.
final class RowBuffer {
  private static final int FIRST = 256;

  private byte[] bytes = new byte[FIRST];
  private int size;

  void add(MemorySegment from, long at, int length) {
    if (length > bytes.length - size) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + length));
    }
    MemorySegment.copy(from, ValueLayout.JAVA_BYTE, at, bytes, size, length);
    size += length;
  }

  int size() {
    return size;
  }

  /// The rows so far.
  MemorySegment rows() {
    return MemorySegment.ofArray(bytes).asSlice(0, size);
  }
}
