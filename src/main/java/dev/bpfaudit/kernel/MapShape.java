package dev.bpfaudit.kernel;

import dev.bpfaudit.model.BpfMap;

/// What a reader needs to know of an open map.
///
/// @param valueSize bytes that the kernel copies for one entry: `bpf_map_value_size` in
///   `kernel/bpf/syscall.c`
record MapShape(int fd, int keySize, int valueSize, long maxEntries) {

  /// @throws ArithmeticException if a size is beyond 2³¹
  static MapShape of(Fd fd, BpfMap map, int possibleCpus) {
    return new MapShape(
        fd.number(),
        Math.toIntExact(map.keySize()),
        Math.toIntExact(valueBytes(map, possibleCpus)),
        map.maxEntries());
  }

  /// Bytes that the kernel copies for one value, which may be more than memory can hold.
  static long valueBytes(BpfMap map, int possibleCpus) {
    return map.type().perCpu() ? (map.valueSize() + 7) / 8 * 8 * possibleCpus : map.valueSize();
  }

  int rowSize() {
    return Math.addExact(keySize, valueSize);
  }

  /// More keys than this come only from a map that changes faster than it can be walked.
  long mostRows() {
    return 2 * maxEntries + 1024;
  }
}
