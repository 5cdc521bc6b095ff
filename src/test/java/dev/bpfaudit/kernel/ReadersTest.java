package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.MapType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The ways of reading, compared with each other on one map. Needs root.
final class ReadersTest {
  private final ScratchMaps scratch = new ScratchMaps();

  @AfterEach
  void close() {
    scratch.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 100, 4096})
  void readsAHashWhateverTheRoomForABatch(int room) {
    MapShape shape = filled(MapType.HASH, 0);
    assertThat(batch(shape, room)).isEqualTo(nextKey(shape)).hasToString("1000 × (8 B + 8 B)");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 4096})
  void readsATrieWhateverTheRoomForABatch(int room) {
    MapShape shape = filled(MapType.LPM_TRIE, ScratchMaps.NO_PREALLOC);
    assertThat(batch(shape, room)).isEqualTo(nextKey(shape)).hasToString("1000 × (8 B + 8 B)");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8, 9})
  void readsAnArrayWhateverTheRoomForABatch(int room) {
    ScratchMap map = scratch.create(MapType.ARRAY, "array", 4, 8, 8, 0);
    map.update(RawBpf.u32(5), RawBpf.u64(55));
    MapShape shape = new MapShape(map.fd(), 4, 8, 8);
    TableBuilder rows = new TableBuilder(4, 8);
    assertThat(new IndexReader(shape, rows).read()).isEqualTo(new ReadingEnd.Whole());
    assertThat(batch(shape, room)).isEqualTo(rows.build()).hasToString("8 × (4 B + 8 B)");
  }

  @Test
  void readsAFullHashWithItsBuckets() {
    ScratchMap map = scratch.create(MapType.HASH, "full", 4, 4, 50_000, 0);
    for (int i = 0; i < 50_000; i++) {
      map.update(RawBpf.u32(i * 7L), RawBpf.u32(i));
    }
    MapShape shape = new MapShape(map.fd(), 4, 4, 50_000);
    assertThat(batch(shape, 1)).isEqualTo(nextKey(shape)).hasToString("50000 × (4 B + 4 B)");
  }

  @Test
  void readsAMapOfMapsWithEmptySlots() {
    ScratchMap inner = scratch.create(MapType.ARRAY, "inner", 4, 4, 1, 0);
    ScratchMap map = scratch.createOfMaps(MapType.ARRAY_OF_MAPS, "outer", 300, inner);
    map.put(RawBpf.u32(299), inner);
    MapShape shape = new MapShape(map.fd(), 4, 4, 300);
    FlatTable table = batch(shape, 16);
    assertThat(table.count()).isEqualTo(1);
    assertThat(table.find(RawBpf.u32(299))).contains(RawBpf.u32(inner.id()));
  }

  @Test
  void saysThatATypeHasNoBatches() {
    ScratchMap map = scratch.create(MapType.PROG_ARRAY, "progs", 4, 4, 2, 0);
    TableBuilder rows = new TableBuilder(4, 4);
    assertThat(new BatchReader(new MapShape(map.fd(), 4, 4, 2), rows).read())
        .isEqualTo(new ReadingEnd.WrongWay("lookup_batch: ENOTSUPP (524, not supported)"));
  }

  @Test
  void namesTheErrnoOfADescriptorThatMayNotRead() {
    int fd = RawBpf.ok("create", RawBpf.create(1, 4, 4, 4, 1 << 4));
    try (Fd writeOnly = new Fd(fd)) {
      TableBuilder rows = new TableBuilder(4, 4);
      assertThat(new BatchReader(new MapShape(writeOnly.number(), 4, 4, 4), rows).read())
          .isEqualTo(new ReadingEnd.CutShort("lookup_batch: EPERM (operation not permitted)"));
    }
  }

  @Test
  void givesUpOnAWalkThatIsTooLong() {
    MapShape shape = filled(MapType.HASH, 0);
    MapShape tooSmall = new MapShape(shape.fd(), 8, 8, -500);
    TableBuilder rows = new TableBuilder(8, 8);
    assertThat(new NextKeyReader(tooSmall, rows, false).read())
        .isEqualTo(
            new ReadingEnd.CutShort(
                "get_next_key: stopped after 24 keys, the map changes too fast"));
    assertThat(rows.count()).isEqualTo(24);
  }

  /// A map of 1000 entries of 8 and 8 bytes.
  private MapShape filled(MapType type, int flags) {
    ScratchMap map = scratch.create(type, "filled", 8, 8, 1000, flags);
    for (int i = 0; i < 1000; i++) {
      map.update(Bytes.fromHex("20000000" + RawBpf.u32(i * 77L).hex()), RawBpf.u64(i));
    }
    return new MapShape(map.fd(), 8, 8, 1000);
  }

  private static FlatTable batch(MapShape shape, int room) {
    TableBuilder rows = new TableBuilder(shape.keySize(), shape.valueSize());
    assertThat(new BatchReader(shape, rows, room).read()).isEqualTo(new ReadingEnd.Whole());
    return rows.build();
  }

  private static FlatTable nextKey(MapShape shape) {
    TableBuilder rows = new TableBuilder(shape.keySize(), shape.valueSize());
    assertThat(new NextKeyReader(shape, rows, false).read()).isEqualTo(new ReadingEnd.Whole());
    return rows.build();
  }
}
