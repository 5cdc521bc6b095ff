package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import me.bechberger.ebpf.bpf.raw.Lib_1;

/// Reads an array-like map by looking up every index. ENOENT is an empty slot, which is no entry.
final class IndexReader {
  private final MapShape shape;
  private final TableBuilder into;

  IndexReader(MapShape shape, TableBuilder into) {
    this.shape = shape;
    this.into = into;
  }

  ReadingEnd read() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(shape.keySize(), 8);
      MemorySegment value = arena.allocate(shape.valueSize(), 8);
      for (long index = 0; index < shape.maxEntries(); index++) {
        key.set(ValueLayout.JAVA_INT, 0, (int) index);
        int failed = Lib_1.bpf_map_lookup_elem(shape.fd(), key, value);
        if (failed < 0 && failed != -Errno.ENOENT) {
          return ReadingEnd.failed("lookup_elem of index " + index, failed);
        }
        if (failed == 0) {
          into.append(key, value);
        }
      }
      return new ReadingEnd.Whole();
    }
  }
}
