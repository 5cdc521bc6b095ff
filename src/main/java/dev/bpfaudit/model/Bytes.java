package dev.bpfaudit.model;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HexFormat;

/// Immutable bytes with value equality, ordered as unsigned bytes.
public final class Bytes implements Comparable<Bytes> {
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] data;

  private Bytes(byte[] data) {
    this.data = data;
  }

  /// A copy of `data`.
  public static Bytes of(byte... data) {
    return new Bytes(data.clone());
  }

  /// A copy of all bytes of `segment`.
  public static Bytes of(MemorySegment segment) {
    return new Bytes(segment.toArray(ValueLayout.JAVA_BYTE));
  }

  /// Reads lower- or upper-case hex without separators.
  ///
  /// @throws IllegalArgumentException if `hex` is not an even number of hex digits
  public static Bytes fromHex(String hex) {
    return new Bytes(HexFormat.of().parseHex(hex));
  }

  public int length() {
    return data.length;
  }

  public byte at(int index) {
    return data[index];
  }

  /// Lower-case hex without separators.
  public String hex() {
    return HexFormat.of().formatHex(data);
  }

  public byte[] toArray() {
    return data.clone();
  }

  /// An on-heap, read-only view.
  public MemorySegment asSegment() {
    return MemorySegment.ofArray(data).asReadOnly();
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(data, other.data);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && Arrays.equals(data, bytes.data);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(data);
  }

  @Override
  public String toString() {
    return hex();
  }
}
