package dev.bpfaudit.kernel;

import dev.bpfaudit.model.FlatTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Collects the rows of one map in the order the kernel gives them, and makes a [FlatTable] of
/// them. Every full chunk of rows is sorted by another thread while the kernel is read on; in the
/// end the sorted runs are merged, so that building takes little more than twice the table's bytes
/// at its peak. Most maps fit into one chunk, which needs no other thread.
final class TableBuilder {
  private static final int CHUNK_BYTES = 1 << 22;
  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  private final int keySize;
  private final int valueSize;
  private final int rowSize;
  private final int largestArray;

  /// Full chunks, sorted or on the way; the key of a later one replaces that of an earlier one.
  private final List<CompletableFuture<byte[]>> runs = new ArrayList<>();

  /// Sorted, for others to use their memory.
  private final Queue<RowChunk> idle = new ConcurrentLinkedQueue<>();

  private RowChunk chunk;
  private int count;

  TableBuilder(int keySize, int valueSize) {
    this(keySize, valueSize, CHUNK_BYTES, LARGEST_ARRAY);
  }

  /// @param chunkBytes what the rows of a chunk take, if that is not less than one row
  /// @param largestArray bytes of the largest table that is put into an array
  TableBuilder(int keySize, int valueSize, int chunkBytes, int largestArray) {
    this.keySize = keySize;
    this.valueSize = valueSize;
    this.rowSize = Math.addExact(keySize, valueSize);
    this.largestArray = largestArray;
    if (rowSize == 0) {
      throw new IllegalArgumentException("rows without bytes");
    }
    this.chunk = RowChunk.growing(keySize, valueSize, Math.max(1, chunkBytes / rowSize));
  }

  int count() {
    return count;
  }

  /// Appends one row; the same key may come again, then the last one counts.
  void append(MemorySegment key, MemorySegment value) {
    appendColumns(key, value, 1);
  }

  /// Appends `rows` rows of keys and values that stand in two columns.
  void appendColumns(MemorySegment newKeys, MemorySegment newValues, int rows) {
    int done = 0;
    while (done < rows) {
      if (chunk.isFull()) {
        RowChunk full = chunk;
        runs.add(CompletableFuture.supplyAsync(() -> sorted(full)));
        RowChunk used = idle.poll();
        chunk = used == null ? full.another() : used;
      }
      done = chunk.take(newKeys, newValues, done, rows);
    }
    count = Math.addExact(count, rows);
  }

  private byte[] sorted(RowChunk full) {
    byte[] rows = full.sorted();
    full.clear();
    idle.add(full);
    return rows;
  }

  /// The rows in ascending order, every key once. To be called once, after the last row.
  FlatTable build() {
    byte[] last = chunk.sorted();
    return FlatTable.ofSorted(
        keySize, valueSize, runs.isEmpty() ? MemorySegment.ofArray(last) : merged(last));
  }

  private MemorySegment merged(byte[] last) {
    List<byte[]> sorted = new ArrayList<>();
    runs.forEach(run -> sorted.add(result(run)));
    runs.clear();
    idle.clear();
    sorted.add(last);
    long bytes = sorted.stream().mapToLong(run -> run.length).sum();
    return bytes <= largestArray
        ? inArray(RunMerge.halves(sorted, keySize, rowSize))
        : outsideHeap(RunMerge.of(sorted, keySize, rowSize));
  }

  /// On the heap, where the garbage collector sees the table's size; by two threads, each of which
  /// begins where its rows belong if no key is repeated.
  private static MemorySegment inArray(List<RunMerge> halves) {
    RunMerge lesser = halves.getFirst();
    RunMerge greater = halves.getLast();
    int border = Math.toIntExact(lesser.bytes());
    byte[] table = new byte[Math.toIntExact(border + greater.bytes())];
    CompletableFuture<Integer> other =
        CompletableFuture.supplyAsync(() -> greater.moveTo(table, border, table.length));
    int lesserEnd = lesser.moveTo(table, 0, border);
    int greaterBytes = result(other) - border;
    if (lesserEnd < border) {
      System.arraycopy(table, border, table, lesserEnd, greaterBytes);
    }
    return MemorySegment.ofArray(table).asSlice(0, (long) lesserEnd + greaterBytes);
  }

  /// For a table that no array can hold.
  private MemorySegment outsideHeap(RunMerge merge) {
    MemorySegment table = Arena.ofAuto().allocate(merge.bytes());
    byte[] rows = new byte[Math.max(CHUNK_BYTES, rowSize)];
    long bytes = 0;
    for (int moved = merge.moveTo(rows, 0, rows.length);
        moved > 0;
        moved = merge.moveTo(rows, 0, rows.length)) {
      MemorySegment.copy(rows, 0, table, ValueLayout.JAVA_BYTE, bytes, moved);
      bytes += moved;
    }
    return table.asSlice(0, bytes);
  }

  private static <T> T result(CompletableFuture<T> task) {
    try {
      return task.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
