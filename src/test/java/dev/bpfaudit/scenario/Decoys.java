package dev.bpfaudit.scenario;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Which decoy owns a key, see `own_key` in `src/test/scenarios/crowd.c`.
final class Decoys {
  private static final int FIRST = 0xd0;
  private static final int TEN = 10;
  private static final ValueLayout.OfInt INDEX =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Decoys() {}

  /// @throws AssertionError if the key is nobody's
  static long number(BpfMap map, Bytes key) {
    long number =
        switch (map.type()) {
          case ARRAY, PERCPU_ARRAY ->
              map.maxEntries() - 1 - Integer.toUnsignedLong(key.asSegment().get(INDEX, 0));
          default -> key.length() == 0 ? -1 : Byte.toUnsignedLong(key.at(key.length() - 1)) - FIRST;
        };
    if (number < 0 || number >= TEN) {
      throw new AssertionError("nobody was to write key %s of %s".formatted(key, map));
    }
    return number;
  }
}
