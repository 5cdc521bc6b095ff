package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import me.bechberger.ebpf.bpf.raw.Lib_1;

/// Looks at the head of a queue or stack, which stays there: a look-up without a key is
/// `map_peek_elem` (`bpf_map_copy_value` in `kernel/bpf/syscall.c`).
final class PeekReader {
  private final MapShape shape;
  private final TableBuilder into;

  PeekReader(MapShape shape, TableBuilder into) {
    this.shape = shape;
    this.into = into;
  }

  ReadingEnd read() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value = arena.allocate(shape.valueSize(), 8);
      int failed = Lib_1.bpf_map_lookup_elem(shape.fd(), MemorySegment.NULL, value);
      if (failed < 0 && failed != -Errno.ENOENT) {
        return ReadingEnd.failed("peek", failed);
      }
      if (failed == 0) {
        into.append(MemorySegment.NULL, value);
      }
      return new ReadingEnd.Whole();
    }
  }
}
