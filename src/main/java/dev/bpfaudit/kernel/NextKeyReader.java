package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import me.bechberger.ebpf.bpf.raw.Lib_1;

/// Reads entries with `BPF_MAP_GET_NEXT_KEY` and `BPF_MAP_LOOKUP_ELEM`.
///
/// Hash-like types begin anew when the key they are to go on from has been deleted
/// (`htab_map_get_next_key` and its like), so keys may come twice and a walk over a busy map may
/// never end: calls are counted. Cgroup storage says "end" instead (`cgroup_storage_get_next_key`
/// in `kernel/bpf/local_storage.c`), which is told from the real end by looking whether the last
/// key is still there. Some kernels (6.18.15 is one, 6.18.44 is none) hand out one more key beyond
/// the last entry, whatever bytes lie there; unlike a deleted one it is handed out again.
final class NextKeyReader {
  private static final String NEXT = "get_next_key";
  private static final String LOOKUP = "lookup_elem";

  private final MapShape shape;
  private final TableBuilder into;
  private final boolean deletedKeyEndsWalk;

  NextKeyReader(MapShape shape, TableBuilder into, boolean deletedKeyEndsWalk) {
    this.shape = shape;
    this.into = into;
    this.deletedKeyEndsWalk = deletedKeyEndsWalk;
  }

  /// Reads keys and values; with a value size of 0 the keys alone.
  ReadingEnd read() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = MemorySegment.NULL;
      MemorySegment next = arena.allocate(shape.keySize(), 8);
      MemorySegment spare = arena.allocate(shape.keySize(), 8);
      MemorySegment value = arena.allocate(shape.valueSize(), 8);
      for (long calls = 0; calls < shape.mostRows(); calls++) {
        int failed = Lib_1.bpf_map_get_next_key(shape.fd(), key, next);
        if (failed == -Errno.ENOENT) {
          return end(key, calls > 1 ? next : MemorySegment.NULL, value);
        }
        if (failed < 0) {
          return ReadingEnd.failed(NEXT, failed);
        }
        int unread = readValue(next, value);
        if (unread < 0) {
          return ReadingEnd.failed(LOOKUP, unread);
        }
        MemorySegment free = key.equals(MemorySegment.NULL) ? spare : key;
        key = next;
        next = free;
      }
      return new ReadingEnd.CutShort(
          NEXT + ": stopped after " + shape.mostRows() + " keys, the map changes too fast");
    }
  }

  /// Appends one entry; one that was deleted since its key was given is no entry.
  private int readValue(MemorySegment key, MemorySegment value) {
    if (shape.valueSize() > 0) {
      int failed = Lib_1.bpf_map_lookup_elem(shape.fd(), key, value);
      if (failed < 0) {
        return failed == -Errno.ENOENT ? 0 : failed;
      }
    }
    into.append(key, value);
    return 0;
  }

  /// @param last the key after which nothing came, null if nothing came at all
  /// @param before the key before it, null if it was the first
  private ReadingEnd end(MemorySegment last, MemorySegment before, MemorySegment value) {
    if (!deletedKeyEndsWalk
        || last.equals(MemorySegment.NULL)
        || isThere(last, value)
        || comesAgain(last, before)) {
      return new ReadingEnd.Whole();
    }
    return new ReadingEnd.CutShort(NEXT + ": the key to go on from was deleted");
  }

  private boolean isThere(MemorySegment key, MemorySegment value) {
    return Lib_1.bpf_map_lookup_elem(shape.fd(), key, value) != -Errno.ENOENT;
  }

  private boolean comesAgain(MemorySegment key, MemorySegment before) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment again = arena.allocate(shape.keySize(), 8);
      int failed = Lib_1.bpf_map_get_next_key(shape.fd(), before, again);
      return failed == 0 && again.mismatch(key.asSlice(0, shape.keySize())) < 0;
    }
  }
}
