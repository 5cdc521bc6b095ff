package dev.bpfaudit.kernel;

import dev.bpfaudit.model.BpfMap;

/// What a reader needs to know of an open map.
///
/// @param valueSize bytes that the kernel copies for one entry: `bpf_map_value_size` in
///   `kernel/bpf/syscall.c`
record MapShape(int fd, int keySize, int valueSize, long maxEntries) {

  static MapShape of(Fd fd, BpfMap map, int possibleCpus) {
    long valueSize = map.valueSize();
    if (map.type().perCpu()) {
      valueSize = (valueSize + 7) / 8 * 8 * possibleCpus;
    }
    return new MapShape(
        fd.number(), Math.toIntExact(map.keySize()), Math.toIntExact(valueSize), map.maxEntries());
  }

  int rowSize() {
    return Math.addExact(keySize, valueSize);
  }

  /// More keys than this come only from a map that changes faster than it can be walked.
  long mostRows() {
    return 2 * maxEntries + 1024;
  }
}
