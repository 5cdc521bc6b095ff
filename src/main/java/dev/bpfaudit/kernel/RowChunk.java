package dev.bpfaudit.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Rows in the order they came, keys and values apart, as batch lookups deliver them.
final class RowChunk {
  private static final int FIRST_BYTES = 1 << 14;

  private final int keySize;
  private final int valueSize;

  /// Rows that it may hold, has memory for, and holds.
  private final int most;

  private int room;
  private int count;

  private byte[] keys;
  private byte[] values;
  private RowOrder.@Nullable Room ordering;

  private RowChunk(int keySize, int valueSize, int most, int room) {
    this.keySize = keySize;
    this.valueSize = valueSize;
    this.most = most;
    this.room = room;
    this.keys = new byte[room * keySize];
    this.values = new byte[room * valueSize];
  }

  /// A chunk that grows up to `most` rows, for most maps are small.
  static RowChunk growing(int keySize, int valueSize, int most) {
    long room = FIRST_BYTES / ((long) keySize + valueSize);
    return new RowChunk(keySize, valueSize, most, Math.clamp(room, 1, most));
  }

  /// A chunk like this one, with memory for all its rows.
  RowChunk another() {
    return new RowChunk(keySize, valueSize, most, most);
  }

  /// Lets go of its rows, whose memory others take.
  void clear() {
    count = 0;
  }

  boolean isFull() {
    return count == most;
  }

  /// Takes as many of the rows from number `first` up to number `end` as there is room for.
  ///
  /// @return the number of the first row that was not taken
  int take(MemorySegment newKeys, MemorySegment newValues, int first, int end) {
    if (count == room) {
      room = (int) Math.min(most, 2L * room);
      keys = Arrays.copyOf(keys, room * keySize);
      values = Arrays.copyOf(values, room * valueSize);
    }
    int taken = Math.min(end - first, room - count);
    copy(newKeys, first, keys, keySize, taken);
    copy(newValues, first, values, valueSize, taken);
    count += taken;
    return first + taken;
  }

  private void copy(MemorySegment from, int first, byte[] column, int size, int rows) {
    MemorySegment.copy(
        from, ValueLayout.JAVA_BYTE, (long) first * size, column, count * size, rows * size);
  }

  /// Whole rows, ascending by key; of rows with one key the last.
  byte[] sorted() {
    RowOrder.Room order = ordering();
    int left = RowOrder.ascending(keys, keySize, count, order);
    byte[] rows = new byte[left * (keySize + valueSize)];
    int to = 0;
    for (int i = 0; i < left; i++) {
      int row = order.row(i);
      System.arraycopy(keys, row * keySize, rows, to, keySize);
      System.arraycopy(values, row * valueSize, rows, to + keySize, valueSize);
      to += keySize + valueSize;
    }
    return rows;
  }

  private RowOrder.Room ordering() {
    if (ordering == null) {
      ordering = new RowOrder.Room(room);
    }
    return ordering;
  }
}
