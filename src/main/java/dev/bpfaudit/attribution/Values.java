package dev.bpfaudit.attribution;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.SeededHash;
import dev.bpfaudit.model.WrittenValue;
import java.lang.foreign.MemorySegment;
import java.util.EnumSet;
import java.util.Set;

/// Compares what was written with what a snapshot shows.
final class Values {
  /// A slot of a per-CPU value is rounded up to so many bytes.
  private static final int SLOT = 8;

  /// The kernel adds to these what was not written.
  private static final Set<MapType> SHOWN_OTHERWISE =
      EnumSet.of(MapType.STRUCT_OPS, MapType.INSN_ARRAY);

  private Values() {}

  /// Whether `seen`, the last value it wrote, is `shown` in `map`.
  static boolean same(SeenWrite seen, BpfMap map, Bytes shown) {
    return switch (seen.write().value()) {
      case WrittenValue.Hashed hashed ->
          equal(seen.seed(), hashed, shown.asSegment())
              || (map.type().perCpu()
                  && hashed.size() == map.valueSize()
                  && slot(seen.seed(), hashed, map, shown));
      case WrittenValue.Unknown _, WrittenValue.None _ -> false;
    };
  }

  private static boolean equal(long seed, WrittenValue.Hashed written, MemorySegment shown) {
    return written.size() == shown.byteSize()
        && shown.byteSize() <= SeededHash.MOST_BYTES
        && SeededHash.of(seed, shown) == written.hash();
  }

  /// A program writes the slot of the CPU it runs on.
  private static boolean slot(long seed, WrittenValue.Hashed written, BpfMap map, Bytes shown) {
    long size = map.valueSize();
    long step = (size + SLOT - 1) / SLOT * SLOT;
    for (long at = 0; size > 0 && at + step <= shown.length(); at += step) {
      if (equal(seed, written, shown.asSegment().asSlice(at, size))) {
        return true;
      }
    }
    return false;
  }

  /// Whether `written` surely is another value than the one `shown` in `map`.
  ///
  /// @param seed of its hash
  static boolean other(WrittenValue written, long seed, BpfMap map, Bytes shown) {
    if (!(written instanceof WrittenValue.Hashed hashed) || SHOWN_OTHERWISE.contains(map.type())) {
      return false;
    }
    if (equal(seed, hashed, shown.asSegment())) {
      return false;
    }
    if (!map.type().perCpu()) {
      return hashed.size() == shown.length() && hashed.size() <= SeededHash.MOST_BYTES;
    }
    return hashed.size() == map.valueSize()
        ? !slot(seed, hashed, map, shown)
        : hashed.size() == shown.length() && otherSlots(hashed, map, shown);
  }

  /// What fills a slot up to eight bytes is not kept as it was given.
  private static boolean otherSlots(WrittenValue.Hashed written, BpfMap map, Bytes shown) {
    if (map.valueSize() % SLOT == 0) {
      return written.size() <= SeededHash.MOST_BYTES;
    }
    long step = (map.valueSize() + SLOT - 1) / SLOT * SLOT;
    for (int i = 0; i < written.start().length(); i++) {
      if (i % step < map.valueSize() && written.start().at(i) != shown.at(i)) {
        return true;
      }
    }
    return false;
  }
}
