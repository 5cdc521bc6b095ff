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
      return new ConcurrentLookups(shape, into).read(indices());
    }
    ReadingEnd end = new BatchReader(shape, into).read();
    if (end instanceof ReadingEnd.WrongWay) {
      return array ? new IndexReader(shape, into).read() : keysThenValues();
    }
    return end;
  }

  private boolean lookupsWait() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment key = arena.allocate(shape.keySize(), 8);
      MemorySegment value = arena.allocate(shape.valueSize(), 8);
      Lib_1.bpf_map_lookup_elem(shape.fd(), key, value); // loads what the first call loads
      long before = System.nanoTime();
      int failed = Lib_1.bpf_map_lookup_elem(shape.fd(), key, value);
      long took = System.nanoTime() - before;
      return (failed == 0 || failed == -Errno.ENOENT) && took > WAITS_NANOS;
    }
  }

  private MemorySegment indices() {
    int[] indices = new int[Math.toIntExact(shape.maxEntries())];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = i;
    }
    return MemorySegment.ofArray(indices);
  }

  private ReadingEnd keysThenValues() {
    TableBuilder keys = new TableBuilder(shape.keySize(), 0);
    MapShape keysOnly = new MapShape(shape.fd(), shape.keySize(), 0, shape.maxEntries());
    ReadingEnd walk = new NextKeyReader(keysOnly, keys, false).read();
    ReadingEnd lookups = new ConcurrentLookups(shape, into).read(keys.build().data());
    return walk instanceof ReadingEnd.Whole ? lookups : walk;
  }
}
