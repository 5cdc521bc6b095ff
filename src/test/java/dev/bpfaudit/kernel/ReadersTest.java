package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.MapType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The ways of reading, compared with each other on one map. Needs root.
@KernelTest
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
  @KernelTest(feature = "batch.lpm_trie")
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
    ScratchMap map = scratch.create(MapType.HASH, "full", 4, 4, 20_000, 0);
    for (int i = 0; i < 20_000; i++) {
      map.update(RawBpf.u32(i * 7L), RawBpf.u32(i));
    }
    MapShape shape = new MapShape(map.fd(), 4, 4, 20_000);
    assertThat(batch(shape, 1)).isEqualTo(nextKey(shape)).hasToString("20000 × (4 B + 4 B)");
  }

  @ParameterizedTest
  @EnumSource(names = {"ARRAY_OF_MAPS", "HASH_OF_MAPS"})
  void readsAMapOfMaps(MapType type) {
    ScratchMap inner = scratch.create(MapType.ARRAY, "inner", 4, 4, 1, 0);
    ScratchMap map = scratch.createOfMaps(type, "outer", 300, inner);
    map.put(RawBpf.u32(2), inner);
    map.put(RawBpf.u32(299), inner);
    assertThat(mapInMap(map, 300, type).toString()).isEqualTo("2 × (4 B + 4 B)");
    assertThat(mapInMap(map, 300, type).find(RawBpf.u32(299))).contains(RawBpf.u32(inner.id()));
  }

  /// Up to Linux 6.7 each lookup waits for a grace period, but many wait for the same one.
  @ParameterizedTest
  @EnumSource(names = {"ARRAY_OF_MAPS", "HASH_OF_MAPS"})
  void readsTwoHundredInnerMapsWithoutWaitingForEach(MapType type) {
    ScratchMap inner = scratch.create(MapType.ARRAY, "inner", 4, 4, 1, 0);
    ScratchMap map = scratch.createOfMaps(type, "outer", 200, inner);
    for (int slot = 0; slot < 200; slot++) {
      map.put(RawBpf.u32(slot), inner);
    }
    long began = System.nanoTime();
    FlatTable table = mapInMap(map, 200, type);
    long together = System.nanoTime() - began;
    assertThat(table).hasToString("200 × (4 B + 4 B)");
    began = System.nanoTime();
    for (int slot = 0; slot < 20; slot++) {
      RawBpf.ok("lookup", RawBpf.lookup(map.fd(), RawBpf.u32(slot), new byte[4]));
    }
    long oneByOne = (System.nanoTime() - began) * 10;
    System.out.printf(
        Locale.ROOT,
        "200 slots of %s: read in %d ms, one after the other %d ms%n",
        type,
        together / 1_000_000,
        oneByOne / 1_000_000);
    assertThat(together).isLessThan(Math.max(oneByOne / 4, 1_000_000_000L));
  }

  private static FlatTable mapInMap(ScratchMap map, int slots, MapType type) {
    MapShape shape = new MapShape(map.fd(), 4, 4, slots);
    TableBuilder rows = new TableBuilder(4, 4);
    boolean array = type == MapType.ARRAY_OF_MAPS;
    assertThat(new MapInMapReader(shape, rows, array).read()).isEqualTo(new ReadingEnd.Whole());
    return rows.build();
  }

  @Test
  void looksUpManyKeysAtOnce() {
    MapShape shape = filled(MapType.HASH, 0);
    TableBuilder rows = new TableBuilder(8, 8);
    byte[] absentToo = Arrays.copyOf(keysOf(nextKey(shape)), 1001 * 8);
    assertThat(new ConcurrentLookups(shape, rows).read(MemorySegment.ofArray(absentToo)))
        .isEqualTo(new ReadingEnd.Whole());
    assertThat(rows.build()).isEqualTo(nextKey(shape));
  }

  private static byte[] keysOf(FlatTable table) {
    ByteBuffer keys = ByteBuffer.allocate(Math.toIntExact(table.count() * table.keySize()));
    for (long row = 0; row < table.count(); row++) {
      keys.put(table.key(row).toArray(ValueLayout.JAVA_BYTE));
    }
    return keys.array();
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
