package dev.bpfaudit.kernel;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/// Finds the order of rows by unsigned key bytes, stable: rows of one key keep the order they came
/// in. A radix sort from the first byte on, in memory that stays in the cache: of the rows only
/// their numbers and 8 key bytes move. Bytes that are the same in all rows of a range cost nothing.
final class RowOrder {
  private static final VarHandle BIG_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int SMALL = 40;
  private static final int PARALLEL = 1 << 16;

  private final List<byte[]> chunks;
  private final int chunkShift;
  private final int chunkMask;
  private final int keySize;

  /// The rows, and of each the 8 key bytes that are looked at, as a big-endian number.
  private final int[] rows;

  private final long[] words;
  private final int[] otherRows;
  private final long[] otherWords;

  /// Rows whose keys are equal in the first `offset` bytes, the next 8 of which are in `words`.
  private record Range(int from, int to, int offset) {}

  private RowOrder(List<byte[]> chunks, int chunkShift, int keySize, int count) {
    this.chunks = chunks;
    this.chunkShift = chunkShift;
    this.chunkMask = (1 << chunkShift) - 1;
    this.keySize = keySize;
    this.rows = new int[count];
    Arrays.setAll(rows, i -> i);
    this.words = new long[count];
    this.otherRows = new int[count];
    this.otherWords = new long[count];
  }

  /// The numbers of the `count` rows whose keys stand in `chunks`, ascending by key. Every chunk
  /// but the last holds `1 << chunkShift` keys.
  static int[] ascending(List<byte[]> chunks, int chunkShift, int keySize, int count) {
    RowOrder order = new RowOrder(chunks, chunkShift, keySize, count);
    order.sortAll();
    return order.withoutRepeats();
  }

  /// Of rows with one key, which stand beside each other in the order they came, only the last.
  private int[] withoutRepeats() {
    int kept = 0;
    for (int i = 0; i < rows.length; i++) {
      boolean again =
          i + 1 < rows.length && words[i] == words[i + 1] && compare(rows[i], rows[i + 1], 0) == 0;
      if (!again) {
        rows[kept++] = rows[i];
      }
    }
    return kept == rows.length ? rows : Arrays.copyOf(rows, kept);
  }

  /// Ranges touch nothing but their own part of the arrays, so that after the first split each may
  /// be sorted by another processor.
  private void sortAll() {
    Deque<Range> open = new ArrayDeque<>();
    readWords(0, rows.length, 0);
    open.push(new Range(0, rows.length, 0));
    while (open.size() == 1) {
      step(open);
    }
    if (rows.length < PARALLEL) {
      sort(open);
    } else {
      open.parallelStream().forEach(range -> sort(new ArrayDeque<>(List.of(range))));
    }
  }

  private void sort(Deque<Range> open) {
    while (!open.isEmpty()) {
      step(open);
    }
  }

  private void step(Deque<Range> open) {
    Range range = open.pop();
    long differing = differing(range);
    if (differing != 0) {
      split(range, Long.SIZE - Byte.SIZE - Long.numberOfLeadingZeros(differing) / 8 * 8, open);
    } else if (range.offset + Long.BYTES < keySize) {
      readWords(range.from, range.to, range.offset + Long.BYTES);
      pushOrSort(new Range(range.from, range.to, range.offset + Long.BYTES), open);
    }
  }

  private void readWords(int from, int to, int offset) {
    for (int i = from; i < to; i++) {
      words[i] = word(rows[i], offset);
    }
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
  private void split(Range range, int shift, Deque<Range> open) {
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
      pushOrSort(new Range(range.from + from, range.from + ends[i], range.offset), open);
      from = ends[i];
    }
  }

  private void pushOrSort(Range range, Deque<Range> open) {
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
    int i = at(a);
    int j = at(b);
    return offset >= keySize
        ? 0
        : Arrays.compareUnsigned(
            chunk(a), i + offset, i + keySize, chunk(b), j + offset, j + keySize);
  }

  /// Up to 8 key bytes from `offset`, short keys filled up with zeros.
  private long word(int row, int offset) {
    byte[] chunk = chunk(row);
    int from = at(row) + offset;
    if (keySize - offset >= Long.BYTES) {
      return (long) BIG_ENDIAN.get(chunk, from);
    }
    long word = 0;
    for (int i = 0; i < Long.BYTES; i++) {
      int next = offset + i < keySize ? chunk[from + i] & 0xff : 0;
      word = (word << Byte.SIZE) | next;
    }
    return word;
  }

  private byte[] chunk(int row) {
    return chunks.get(row >>> chunkShift);
  }

  private int at(int row) {
    return (row & chunkMask) * keySize;
  }
}
