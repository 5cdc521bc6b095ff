package dev.bpfaudit.kernel;

import static java.lang.Integer.toUnsignedLong;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.KernelText;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// What the kernel's iterator over maps prints of one: `struct listed_map` in `bpf/list.h`.
///
/// @param users descriptors and pins; 0 if only programs or outer maps hold it
record ListedMap(
    long id,
    long typeNumber,
    String name,
    long keySize,
    long valueSize,
    long maxEntries,
    long mapFlags,
    long mapExtra,
    boolean frozen,
    long users) {
  static final int BYTES = 72;

  static ListedMap of(MemorySegment row) {
    return new ListedMap(
        number(row, 24),
        number(row, 28),
        KernelText.decode(ObjectInfo.name(row.asSlice(56, 16))),
        number(row, 32),
        number(row, 36),
        number(row, 40),
        number(row, 44),
        row.get(ValueLayout.JAVA_LONG_UNALIGNED, 0),
        number(row, 48) != 0,
        row.get(ValueLayout.JAVA_LONG_UNALIGNED, 16));
  }

  private static long number(MemorySegment row, long at) {
    return toUnsignedLong(row.get(ValueLayout.JAVA_INT_UNALIGNED, at));
  }

  /// As much of a map's facts as can be had without opening it.
  BpfMap unopened(List<String> pins) {
    return new BpfMap(
        id,
        typeNumber,
        name,
        keySize,
        valueSize,
        maxEntries,
        mapFlags,
        mapExtra,
        0,
        0,
        0,
        frozen,
        0,
        0,
        0,
        0,
        0,
        Bytes.EMPTY,
        0,
        pins);
  }
}
