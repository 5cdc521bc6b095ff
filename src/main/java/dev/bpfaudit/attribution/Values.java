package dev.bpfaudit.attribution;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.SeededHash;
import dev.bpfaudit.model.WrittenValue;
import java.lang.foreign.MemorySegment;

/// Compares what was written with what a snapshot shows.
final class Values {
  /// A slot of a per-CPU value is rounded up to so many bytes.
  private static final int SLOT = 8;

  private Values() {}

  /// Whether `seen`, the last value it wrote, is `shown` in `map`.
  static boolean same(SeenWrite seen, BpfMap map, Bytes shown) {
    return switch (seen.write().value()) {
      case WrittenValue.Hashed hashed ->
          equal(seen.seed(), hashed, shown.asSegment())
              || (map.type().perCpu()
                  && hashed.size() == map.valueSize()
                  && slot(seen, map, shown));
      case WrittenValue.Unknown _, WrittenValue.None _ -> false;
    };
  }

  private static boolean equal(long seed, WrittenValue.Hashed written, MemorySegment shown) {
    return written.size() == shown.byteSize()
        && shown.byteSize() <= SeededHash.MOST_BYTES
        && SeededHash.of(seed, shown) == written.hash();
  }

  /// A program writes the slot of the CPU it runs on.
  private static boolean slot(SeenWrite seen, BpfMap map, Bytes shown) {
    if (!(seen.write().value() instanceof WrittenValue.Hashed written)) {
      return false;
    }
    long size = map.valueSize();
    long step = (size + SLOT - 1) / SLOT * SLOT;
    for (long at = 0; size > 0 && at + step <= shown.length(); at += step) {
      if (equal(seen.seed(), written, shown.asSegment().asSlice(at, size))) {
        return true;
      }
    }
    return false;
  }
}
