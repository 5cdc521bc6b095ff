package dev.bpfaudit.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/// Finds the order of rows by unsigned key bytes, stable: rows of one key keep the order they came
/// in. A radix sort from the first byte on, in memory that stays in the cache: of the rows only
/// their numbers and 8 key bytes move. Bytes that are the same in all rows of a range cost nothing.
final class RowOrder {
  private static final VarHandle BIG_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int SMALL = 40;

  private final byte[] keys;
  private final int keySize;
  private final int count;

  /// The rows, and of each the 8 key bytes that are looked at, as a big-endian number.
  private final int[] rows;

  private final long[] words;
  private final int[] otherRows;
  private final long[] otherWords;
  private final Deque<Range> open = new ArrayDeque<>();

  /// Rows whose keys are equal in the first `offset` bytes, the next 8 of which are in `words`.
  private record Range(int from, int to, int offset) {}

  private RowOrder(byte[] keys, int keySize, int count, Room room) {
    this.keys = keys;
    this.keySize = keySize;
    this.count = count;
    this.rows = room.rows;
    this.words = room.words;
    this.otherRows = room.otherRows;
    this.otherWords = room.otherWords;
    for (int i = 0; i < count; i++) {
      rows[i] = i;
    }
  }

  /// Memory to order `most` rows in, again and again.
  static final class Room {
    private final int[] rows;
    private final long[] words;
    private final int[] otherRows;
    private final long[] otherWords;

    Room(int most) {
      rows = new int[most];
      words = new long[most];
      otherRows = new int[most];
      otherWords = new long[most];
    }

    /// The number of the row at `place`, once there is an order.
    int row(int place) {
      return rows[place];
    }
  }

  /// Orders the first `count` rows, whose keys stand in `keys`, ascending by key; of rows with one
  /// key only the last is left.
  ///
  /// @param room where their numbers stand afterwards
  /// @return how many are left
  static int ascending(byte[] keys, int keySize, int count, Room room) {
    RowOrder order = new RowOrder(keys, keySize, count, room);
    order.sort();
    return order.withoutRepeats();
  }

  /// Up to 8 bytes of a key as a big-endian number, short keys filled up with zeros.
  ///
  /// @param left bytes that the key has from `at` on
  static long word(byte[] keys, int at, int left) {
    if (left >= Long.BYTES) {
      return (long) BIG_ENDIAN.get(keys, at);
    }
    long word = 0;
    for (int i = 0; i < left; i++) {
      word |= (keys[at + i] & 0xffL) << (Long.SIZE - Byte.SIZE * (i + 1));
    }
    return word;
  }

  /// Rows of one key stand beside each other, in the order they came.
  private int withoutRepeats() {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      boolean again =
          i + 1 < count && words[i] == words[i + 1] && compare(rows[i], rows[i + 1], 0) == 0;
      if (!again) {
        rows[kept++] = rows[i];
      }
    }
    return kept;
  }

  private void sort() {
    pushOrSort(readWords(0, count, 0));
    while (!open.isEmpty()) {
      Range range = open.pop();
      long differing = differing(range);
      if (differing != 0) {
        split(range, Long.SIZE - Byte.SIZE - Long.numberOfLeadingZeros(differing) / 8 * 8);
      } else if (range.offset + Long.BYTES < keySize) {
        pushOrSort(readWords(range.from, range.to, range.offset + Long.BYTES));
      }
    }
  }

  private Range readWords(int from, int to, int offset) {
    for (int i = from; i < to; i++) {
      words[i] = word(keys, rows[i] * keySize + offset, keySize - offset);
    }
    return new Range(from, to, offset);
  }

  /// The bits in which the words of `range` are not all the same.
  private long differing(Range range) {
    long differing = 0;
    for (int i = range.from + 1; i < range.to; i++) {
      differing |= words[i] ^ words[range.from];
    }
    return differing;
  }

  /// Distributes the rows over up to 256 ranges by the byte at `shift`.
  private void split(Range range, int shift) {
    int[] ends = new int[257];
    for (int i = range.from; i < range.to; i++) {
      ends[((int) (words[i] >>> shift) & 0xff) + 1]++;
    }
    for (int i = 1; i < ends.length; i++) {
      ends[i] += ends[i - 1];
    }
    for (int i = range.from; i < range.to; i++) {
      int to = range.from + ends[(int) (words[i] >>> shift) & 0xff]++;
      otherWords[to] = words[i];
      otherRows[to] = rows[i];
    }
    System.arraycopy(otherWords, range.from, words, range.from, range.to - range.from);
    System.arraycopy(otherRows, range.from, rows, range.from, range.to - range.from);
    int from = 0;
    for (int i = 0; i < 256; i++) {
      pushOrSort(new Range(range.from + from, range.from + ends[i], range.offset));
      from = ends[i];
    }
  }

  private void pushOrSort(Range range) {
    if (range.to - range.from < SMALL) {
      sortSmall(range);
    } else {
      open.push(range);
    }
  }

  private void sortSmall(Range range) {
    for (int i = range.from + 1; i < range.to; i++) {
      int row = rows[i];
      long word = words[i];
      int at = i;
      while (at > range.from && isAfter(at - 1, word, row, range.offset)) {
        rows[at] = rows[at - 1];
        words[at] = words[at - 1];
        at--;
      }
      rows[at] = row;
      words[at] = word;
    }
  }

  private boolean isAfter(int at, long word, int row, int offset) {
    return words[at] == word
        ? compare(rows[at], row, offset + Long.BYTES) > 0
        : Long.compareUnsigned(words[at], word) > 0;
  }

  /// Compares the keys of two rows from `offset` on.
  private int compare(int a, int b, int offset) {
    int i = a * keySize;
    int j = b * keySize;
    return offset >= keySize
        ? 0
        : Arrays.compareUnsigned(keys, i + offset, i + keySize, keys, j + offset, j + keySize);
  }
}
