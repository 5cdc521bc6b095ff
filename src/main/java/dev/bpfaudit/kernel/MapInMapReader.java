package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import me.bechberger.ebpf.bpf.raw.Lib_1;

/// Reads a map of maps: in batches where those exist (since 5.19) and do not wait, else by
/// [ConcurrentLookups].
///
/// The batches of a hash never wait. Those of an array wait at every slot until 6.8, as a single
/// lookup does; whether the running kernel waits is told by the time one lookup takes.
final class MapInMapReader {
  /// Between what a lookup takes (about 1 µs) and a grace period (several ms).
  private static final long WAITS_NANOS = 500_000;

  private static final long BLOCK = 1 << 16;

  private final MapShape shape;
  private final TableBuilder into;
  private final boolean array;

  /// @param array whether its keys are the indices from 0 to `max_entries`
  MapInMapReader(MapShape shape, TableBuilder into, boolean array) {
    this.shape = shape;
    this.into = into;
    this.array = array;
  }

  ReadingEnd read() {
    if (array && lookupsWait()) {
      return inBlocks();
    }
    ReadingEnd end = new BatchReader(shape, into).read();
    if (end instanceof ReadingEnd.WrongWay) {
      return array ? new IndexReader(shape, into).read() : keysThenValues();
    }
    return end;
  }

  /// The quickest of a few, because any one may have been interrupted.
  private boolean lookupsWait() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(shape.keySize(), 8);
      MemorySegment value = arena.allocate(shape.valueSize(), 8);
      for (int i = 0; i < 3; i++) {
        long before = System.nanoTime();
        int failed = Lib_1.bpf_map_lookup_elem(shape.fd(), key, value);
        if ((failed < 0 && failed != -Errno.ENOENT) || System.nanoTime() - before < WAITS_NANOS) {
          return false;
        }
      }
      return true;
    }
  }

  /// So that what has to be kept at a time is small, however many slots are empty.
  private ReadingEnd inBlocks() {
    for (long first = 0; first < shape.maxEntries(); first += BLOCK) {
      int[] indices = new int[Math.toIntExact(Math.min(BLOCK, shape.maxEntries() - first))];
      for (int i = 0; i < indices.length; i++) {
        indices[i] = (int) (first + i);
      }
      ReadingEnd end = new ConcurrentLookups(shape, into).read(MemorySegment.ofArray(indices));
      if (!(end instanceof ReadingEnd.Whole)) {
        return end;
      }
    }
    return new ReadingEnd.Whole();
  }

  private ReadingEnd keysThenValues() {
    TableBuilder keys = new TableBuilder(shape.keySize(), 0);
    MapShape keysOnly = new MapShape(shape.fd(), shape.keySize(), 0, shape.maxEntries());
    ReadingEnd walk = new NextKeyReader(keysOnly, keys, false).read();
    ReadingEnd lookups = new ConcurrentLookups(shape, into).read(keys.build().data());
    return walk instanceof ReadingEnd.Whole ? lookups : walk;
  }
}
