package dev.bpfaudit.model;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/// The entries of one map: `count` rows of `keySize + valueSize` bytes in one block of memory,
/// ascending by unsigned key bytes, every key once. A queue or stack has `keySize` 0 and at most
/// one row; a set whose values cannot be read has `valueSize` 0.
///
/// `valueSize` is what one entry occupies when user space reads it, so for per-CPU maps `possible
/// CPUs × round_up(value_size, 8)`.
public final class FlatTable {
  private static final int DIGEST_STEP = 1 << 16;

  private final int keySize;
  private final int valueSize;
  private final long count;
  private final MemorySegment data;

  private FlatTable(int keySize, int valueSize, long count, MemorySegment data) {
    this.keySize = keySize;
    this.valueSize = valueSize;
    this.count = count;
    this.data = data;
  }

  /// Takes over `data`, which nobody may change afterwards.
  ///
  /// @throws IllegalArgumentException if a size is negative, `data` is not whole rows, or the keys
  ///   are not strictly ascending
  public static FlatTable ofSorted(int keySize, int valueSize, MemorySegment data) {
    if (keySize < 0 || valueSize < 0) {
      throw new IllegalArgumentException("negative size: key " + keySize + ", value " + valueSize);
    }
    long row = (long) keySize + valueSize;
    if (row == 0 ? data.byteSize() != 0 : data.byteSize() % row != 0) {
      throw new IllegalArgumentException(data.byteSize() + " bytes are not rows of " + row);
    }
    FlatTable table =
        new FlatTable(keySize, valueSize, row == 0 ? 0 : data.byteSize() / row, data.asReadOnly());
    table.requireAscending();
    return table;
  }

  public static FlatTable empty(int keySize, int valueSize) {
    return ofSorted(keySize, valueSize, MemorySegment.ofArray(new byte[0]));
  }

  private void requireAscending() {
    for (long i = 1; i < count; i++) {
      if (compareKeys(this, i - 1, this, i) >= 0) {
        throw new IllegalArgumentException("keys are not strictly ascending at row " + i);
      }
    }
  }

  public int keySize() {
    return keySize;
  }

  public int valueSize() {
    return valueSize;
  }

  public int rowSize() {
    return keySize + valueSize;
  }

  public long count() {
    return count;
  }

  /// All rows, read-only.
  public MemorySegment data() {
    return data;
  }

  public MemorySegment key(long row) {
    return data.asSlice(row * rowSize(), keySize);
  }

  public MemorySegment value(long row) {
    return data.asSlice(row * rowSize() + keySize, valueSize);
  }

  /// Unsigned comparison of the key of row `i` of `a` with that of row `j` of `b`.
  public static int compareKeys(FlatTable a, long i, FlatTable b, long j) {
    return Segments.compareUnsigned(
        a.data, i * a.rowSize(), a.keySize, b.data, j * b.rowSize(), b.keySize);
  }

  /// Whether row `i` of `a` and row `j` of `b` hold the same value bytes.
  public static boolean sameValue(FlatTable a, long i, FlatTable b, long j) {
    long from = i * a.rowSize() + a.keySize;
    long other = j * b.rowSize() + b.keySize;
    return MemorySegment.mismatch(
            a.data, from, from + a.valueSize, b.data, other, other + b.valueSize)
        == -1;
  }

  /// The value stored under `key`.
  public Optional<Bytes> find(Bytes key) {
    MemorySegment wanted = key.asSegment();
    long low = 0;
    long high = count - 1;
    while (low <= high) {
      long middle = (low + high) >>> 1;
      int order =
          Segments.compareUnsigned(data, middle * rowSize(), keySize, wanted, 0, key.length());
      if (order == 0) {
        return Optional.of(Bytes.of(value(middle)));
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return Optional.empty();
  }

  /// SHA-256 over the logical table: both sizes and the count as big-endian numbers of 4, 4 and 8
  /// bytes, then the rows. It does not depend on how the table is stored.
  public Bytes digest() {
    MessageDigest sha256 = sha256();
    sha256.update(ByteBuffer.allocate(16).putInt(keySize).putInt(valueSize).putLong(count).flip());
    for (long at = 0; at < data.byteSize(); at += DIGEST_STEP) {
      long length = Math.min(DIGEST_STEP, data.byteSize() - at);
      sha256.update(data.asSlice(at, length).asByteBuffer());
    }
    return Bytes.of(sha256.digest());
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FlatTable table
        && keySize == table.keySize
        && valueSize == table.valueSize
        && data.mismatch(table.data) == -1;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(count) * 31 + rowSize();
  }

  @Override
  public String toString() {
    return count + " × (" + keySize + " B + " + valueSize + " B)";
  }
}
