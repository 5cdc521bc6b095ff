package dev.bpfaudit.kernel;

import java.util.Arrays;
import java.util.List;

/// Merges runs: arrays of whole rows, each ascending by unsigned key bytes and with every key once.
/// Of rows with one key, that of the latest run counts. A tournament, in which every row costs one
/// comparison per doubling of the runs, mostly of two numbers.
final class RunMerge {
  private final byte[][] runs;
  private final int keySize;
  private final int rowSize;

  /// Per run: where its next row begins, where its last one ends, the first 8 bytes of its next
  /// key.
  private final int[] next;

  private final int[] end;
  private final long[] words;

  /// By node of the tournament, the run that lost there. Below node `n` are the nodes `2n` and `2n
  /// + 1`; run `r` enters at node `runs.length + r`.
  private final int[] losers;

  private int winner;

  /// Where the row stands that was merged last; before the first, nowhere.
  private int lastRun = -1;

  private int lastAt;
  private long lastWord;

  private RunMerge(byte[][] runs, int keySize, int rowSize, int[] next, int[] end) {
    this.runs = runs;
    this.keySize = keySize;
    this.rowSize = rowSize;
    this.next = next;
    this.end = end;
    this.words = new long[runs.length];
    for (int run = 0; run < runs.length; run++) {
      readWord(run);
    }
    this.losers = new int[runs.length];
    this.winner = play(1);
  }

  /// A merge of all rows of `runs`, of which there is at least one.
  static RunMerge of(List<byte[]> runs, int keySize, int rowSize) {
    byte[][] arrays = runs.toArray(byte[][]::new);
    return new RunMerge(arrays, keySize, rowSize, new int[arrays.length], ends(arrays));
  }

  /// Two merges of about half of the rows each, first of the lesser keys, then of the greater. Rows
  /// of one key are in the same half.
  static List<RunMerge> halves(List<byte[]> runs, int keySize, int rowSize) {
    byte[][] arrays = runs.toArray(byte[][]::new);
    byte[] pivots = arrays[arrays.length / 2];
    int pivot = pivots.length / rowSize / 2 * rowSize;
    int[] borders = new int[arrays.length];
    for (int run = 0; run < arrays.length; run++) {
      borders[run] = firstFrom(arrays[run], pivots, pivot, keySize, rowSize);
    }
    return List.of(
        new RunMerge(arrays, keySize, rowSize, new int[arrays.length], borders.clone()),
        new RunMerge(arrays, keySize, rowSize, borders, ends(arrays)));
  }

  private static int[] ends(byte[][] runs) {
    return Arrays.stream(runs).mapToInt(run -> run.length).toArray();
  }

  /// Where the first row of `run` begins whose key is not less than that at `pivot`.
  private static int firstFrom(byte[] run, byte[] pivots, int pivot, int keySize, int rowSize) {
    int low = 0;
    int high = run.length / rowSize;
    while (low < high) {
      int middle = (low + high) >>> 1;
      int at = middle * rowSize;
      if (Arrays.compareUnsigned(run, at, at + keySize, pivots, pivot, pivot + keySize) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low * rowSize;
  }

  /// Bytes of all rows still to be merged, repeated keys included.
  long bytes() {
    long bytes = 0;
    for (int run = 0; run < runs.length; run++) {
      bytes += end[run] - next[run];
    }
    return bytes;
  }

  /// Moves rows to `target` between `from` and `limit`, until no more rows fit in or are left.
  ///
  /// @return where the last one ends
  int moveTo(byte[] target, int from, int limit) {
    int to = from;
    while (limit - to >= rowSize && next[winner] < end[winner]) {
      if (!isRepeated(winner)) {
        lastRun = winner;
        lastAt = next[winner];
        lastWord = words[winner];
        System.arraycopy(runs[lastRun], lastAt, target, to, rowSize);
        to += rowSize;
      }
      advance();
    }
    return to;
  }

  /// Whether the next row of `run` has the key that was merged last, from a later run.
  private boolean isRepeated(int run) {
    return lastRun >= 0
        && words[run] == lastWord
        && compare(runs[run], next[run], runs[lastRun], lastAt) == 0;
  }

  private void advance() {
    int run = winner;
    next[run] += rowSize;
    readWord(run);
    for (int node = (runs.length + run) >> 1; node > 0; node >>= 1) {
      if (isBefore(losers[node], run)) {
        int loser = run;
        run = losers[node];
        losers[node] = loser;
      }
    }
    winner = run;
  }

  /// Plays the tournament below `node` and returns its winner.
  private int play(int node) {
    if (node >= runs.length) {
      return node - runs.length;
    }
    int a = play(2 * node);
    int b = play(2 * node + 1);
    boolean aWins = isBefore(a, b);
    losers[node] = aWins ? b : a;
    return aWins ? a : b;
  }

  /// Of equal keys the later run's comes first. A run at its end loses against all others.
  private boolean isBefore(int a, int b) {
    if (words[a] != words[b]) {
      return Long.compareUnsigned(words[a], words[b]) < 0;
    }
    if (next[a] >= end[a] || next[b] >= end[b]) {
      return next[a] < end[a];
    }
    int order = compare(runs[a], next[a], runs[b], next[b]);
    return order == 0 ? a > b : order < 0;
  }

  /// Compares two keys that are equal in their first 8 bytes.
  private int compare(byte[] a, int aAt, byte[] b, int bAt) {
    return keySize <= Long.BYTES
        ? 0
        : Arrays.compareUnsigned(
            a, aAt + Long.BYTES, aAt + keySize, b, bAt + Long.BYTES, bAt + keySize);
  }

  private void readWord(int run) {
    words[run] = next[run] < end[run] ? RowOrder.word(runs[run], next[run], keySize) : -1;
  }
}
