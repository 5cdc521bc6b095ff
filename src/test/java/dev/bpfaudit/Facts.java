package dev.bpfaudit;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.ReadingWindow;
import dev.bpfaudit.model.Snapshot;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.TableRef;
import java.lang.foreign.MemorySegment;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/// Hand-made facts for tests of pure packages.
public final class Facts {
  private Facts() {}

  public static Snapshot snapshot(String boot, List<MapState> maps, BpfProgram... programs) {
    HostFacts host = new HostFacts("h", "host", "6.18", boot, 2);
    Instant at = Instant.parse("2026-01-02T03:04:05Z");
    var header = new SnapshotHeader(1, host, at, 5, maps.size(), 0, Bytes.EMPTY);
    return new Snapshot(header, new Capture(host, at, 5, maps, List.of(programs)));
  }

  public static BpfProgram program(long id, String name, int tag) {
    return new BpfProgram(id, 1, name, Bytes.of((byte) tag), 0, List.of());
  }

  public static BpfProgram user(long id, String name, long mapId) {
    return new BpfProgram(id, 1, name, Bytes.of((byte) 1), 0, List.of(mapId));
  }

  public static Contents complete(FlatTable table) {
    return new Contents.Complete(TableRef.of(table));
  }

  /// Rows of one key byte and `valueSize` value bytes.
  public static FlatTable table(int valueSize, int... bytes) {
    byte[] data = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      data[i] = (byte) bytes[i];
    }
    return FlatTable.ofSorted(1, valueSize, MemorySegment.ofArray(data));
  }

  public static MapState state(BpfMap map, Contents contents) {
    return new MapState(map, contents, new ReadingWindow(1, 2));
  }

  public static BpfMap map(long id, String name, String... pins) {
    return map(id, name, MapType.HASH, 10, false, pins);
  }

  public static BpfMap map(
      long id, String name, MapType type, long maxEntries, boolean frozen, String... pins) {
    return new BpfMap(
        id,
        Arrays.asList(MapType.values()).indexOf(type),
        name,
        1,
        1,
        maxEntries,
        0,
        0,
        0,
        0,
        0,
        frozen,
        4096,
        0,
        0,
        0,
        0,
        Bytes.EMPTY,
        0,
        List.of(pins));
  }
}
