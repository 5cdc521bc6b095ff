package dev.bpfaudit.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The hash under which the tracer remembers keys and values, `hash_bytes` in `bpf/hash.h`: nobody
/// who does not know the seed of an installation can make two values meet.
public final class SeededHash {
  /// Longer values are not hashed, because the loop in the kernel is bounded.
  public static final int MOST_BYTES = 4096;

  /// Zeros fill the last one up.
  private static final int BLOCK = 64;

  private static final long FIRST = 0x9e3779b97f4a7c15L;
  private static final long SECOND = 0xd6e8feb86659fd93L;
  private static final ValueLayout.OfLong WORD =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private SeededHash() {}

  /// Never 0.
  ///
  /// @throws IllegalArgumentException if there are more than [#MOST_BYTES]
  public static long of(long seed, MemorySegment bytes) {
    long size = bytes.byteSize();
    if (size > MOST_BYTES) {
      throw new IllegalArgumentException(size + " bytes are more than " + MOST_BYTES);
    }
    long hash = seed ^ size * FIRST;
    long padded = (size + BLOCK - 1) / BLOCK * BLOCK;
    for (long at = 0; at < padded; at += Long.BYTES) {
      hash = (hash ^ word(bytes, at)) * SECOND;
      hash ^= hash >>> 32;
    }
    return hash == 0 ? 1 : hash;
  }

  public static long of(long seed, Bytes bytes) {
    return of(seed, bytes.asSegment());
  }

  /// Eight bytes, little-endian, zeros after the last.
  private static long word(MemorySegment bytes, long at) {
    if (at + Long.BYTES <= bytes.byteSize()) {
      return bytes.get(WORD, at);
    }
    long word = 0;
    for (long i = bytes.byteSize() - 1; i >= at; i--) {
      word = word << Byte.SIZE | Byte.toUnsignedLong(bytes.get(ValueLayout.JAVA_BYTE, i));
    }
    return word;
  }
}
