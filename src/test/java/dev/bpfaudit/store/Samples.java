package dev.bpfaudit.store;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.ReadingWindow;
import dev.bpfaudit.model.Snapshot;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Surroundings;
import dev.bpfaudit.model.TableRef;
import dev.bpfaudit.model.Tracing;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SequencedMap;

/// Hand-made facts for the tests of the store.
final class Samples {
  static final HostFacts HOST = host("5f3c8b1e9d7a4c62", "b007-1");
  static final Instant NOON = Instant.parse("2026-01-02T12:00:00.123456789Z");

  private Samples() {}

  static HostFacts host(String id, String bootId) {
    return new HostFacts(id, "web-1", "6.18.15", bootId, 2);
  }

  static BpfMap map(long id, String name, int keySize, int valueSize) {
    return new BpfMap(
        id,
        1,
        name,
        keySize,
        valueSize,
        1024,
        0,
        0,
        0,
        0,
        0,
        false,
        4096,
        0,
        0,
        0,
        0,
        Bytes.EMPTY,
        0,
        List.of());
  }

  static FlatTable table(int keySize, int valueSize, SequencedMap<Bytes, Bytes> rows) {
    ByteBuffer data = ByteBuffer.allocate(rows.size() * (keySize + valueSize));
    rows.forEach((key, value) -> data.put(key.toArray()).put(value.toArray()));
    return FlatTable.ofSorted(keySize, valueSize, MemorySegment.ofArray(data.array()));
  }

  /// `count` rows with keys 0, 1, … of 4 bytes and random values.
  static FlatTable random(long seed, int count, int valueSize) {
    Random random = new Random(seed);
    SequencedMap<Bytes, Bytes> rows = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      rows.put(Bytes.of(ByteBuffer.allocate(4).putInt(i).array()), bytes(random, valueSize));
    }
    return table(4, valueSize, rows);
  }

  static Bytes bytes(Random random, int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return Bytes.of(bytes);
  }

  /// Maps 1, 2, … with these tables, read one after the other.
  static Capture capture(HostFacts host, Instant at, List<FlatTable> tables) {
    SequencedMap<BpfMap, FlatTable> maps = new LinkedHashMap<>();
    for (int i = 0; i < tables.size(); i++) {
      FlatTable table = tables.get(i);
      maps.put(map(i + 1, "map" + i, table.keySize(), table.valueSize()), table);
    }
    return capture(host, at, maps);
  }

  static Capture capture(HostFacts host, Instant at, SequencedMap<BpfMap, FlatTable> maps) {
    Random random = new Random(at.toEpochMilli());
    List<MapState> states = new ArrayList<>();
    long boottime = 86_400_000_000_000L + random.nextInt(1_000_000);
    long clock = boottime;
    for (Map.Entry<BpfMap, FlatTable> map : maps.entrySet()) {
      long began = clock + 1000 + random.nextInt(50_000);
      clock = began + 5_000 + random.nextInt(100_000);
      states.add(
          new MapState(
              map.getKey(),
              new Contents.Complete(TableRef.of(map.getValue())),
              new ReadingWindow(began, clock)));
    }
    return new Capture(host, at, boottime, states, List.of(program(7)));
  }

  static BpfProgram program(long id) {
    return new BpfProgram(id, 6, "xdp_filter", Bytes.fromHex("00112233aabbccdd"), 0, List.of(1L));
  }

  /// Stores `capture` the way a real capture arrives: table by table, then the whole.
  static SnapshotHeader record(Store store, Capture capture) {
    return record(store, capture, new Tracing.NotTraced("no tracer was installed"));
  }

  static SnapshotHeader record(Store store, Capture capture, Tracing tracing) {
    try (Recording recording = store.begin(capture.host())) {
      for (MapState state : capture.maps()) {
        if (state.contents() instanceof Contents.Complete(TableRef table)) {
          recording.keep(state.map(), table.load());
        }
      }
      return recording.commit(capture, tracing, Surroundings.NONE);
    }
  }

  /// All that `snapshot` says, its tables restored and compared byte for byte with those of `from`.
  static boolean same(Snapshot snapshot, Capture from) {
    Capture stored = snapshot.capture();
    if (!stored.equals(from)) {
      return false;
    }
    for (int i = 0; i < from.maps().size(); i++) {
      if (!sameTable(stored.maps().get(i).contents(), from.maps().get(i).contents())) {
        return false;
      }
    }
    return true;
  }

  private static boolean sameTable(Contents stored, Contents original) {
    return switch (stored) {
      case Contents.Complete(TableRef table) ->
          original instanceof Contents.Complete(TableRef other)
              && table.load().equals(other.load());
      case Contents.Partial(TableRef table, _) ->
          original instanceof Contents.Partial(TableRef other, _)
              && table.load().equals(other.load());
      case Contents.NotEnumerable(_, TableRef seen) ->
          original instanceof Contents.NotEnumerable(_, TableRef other)
              && seen.load().equals(other.load());
      case Contents.Unreadable unreadable -> unreadable.equals(original);
    };
  }
}
