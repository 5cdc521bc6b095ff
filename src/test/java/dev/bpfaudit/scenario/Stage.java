package dev.bpfaudit.scenario;

import dev.bpfaudit.kernel.ScratchMap;
import dev.bpfaudit.kernel.ScratchMaps;
import dev.bpfaudit.kernel.ScratchProgram;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// What the scenarios of one round have in common: maps that are made for them, a bpffs, and actors
/// that stay until it is closed.
final class Stage implements AutoCloseable {
  static final String KEY = "07000000";
  static final String OTHER = "08000000";
  static final String OLD = "0100000000000000";
  static final String NEW = "2a00000000000000";

  /// A key of a trie: all of its 32 bits count.
  static final String PREFIX = "200000000a000001";

  private static final int ENTRIES = 64;

  private final ScratchMaps scratch = new ScratchMaps();
  private final Path bpffs;
  private final Deque<AutoCloseable> cast = new ArrayDeque<>();
  private final Deque<AutoCloseable> stayers = new ArrayDeque<>();
  private final List<Long> maps = new ArrayList<>();

  /// @param directory an empty one, for a bpffs
  Stage(Path directory) throws IOException {
    bpffs = Files.createDirectory(directory);
    Actor.mustRun("mount", "-t", "bpf", "bpf", bpffs.toString());
  }

  /// A hash with keys of 4 bytes and values of 8, all of them `OLD` at first.
  ScratchMap hash(String... keys) {
    ScratchMap map = map(MapType.HASH, ENTRIES);
    for (String key : keys) {
      map.update(Bytes.fromHex(key), Bytes.fromHex(OLD));
    }
    return map;
  }

  /// A map with keys of 4 bytes, or none, and values of 8.
  ScratchMap map(MapType type, int entries) {
    int keySize =
        switch (type) {
          case QUEUE, STACK -> 0;
          case LPM_TRIE -> 8;
          default -> 4;
        };
    int valueSize = type == MapType.PROG_ARRAY ? 4 : 8;
    int flags = type == MapType.LPM_TRIE ? ScratchMaps.NO_PREALLOC : 0;
    return add(scratch.create(type, "written", keySize, valueSize, entries, flags));
  }

  ScratchMap map(MapType type) {
    return map(type, ENTRIES);
  }

  /// An array that processes can map.
  ///
  /// @param entries 1 for the section of variables of a program
  ScratchMap mapped(int entries) {
    return add(scratch.create(MapType.ARRAY, "written", 4, 8, entries, ScratchMaps.MMAPABLE));
  }

  ScratchMap mapOfMaps(MapType type, ScratchMap inner) {
    return add(scratch.createOfMaps(type, "written", 8, inner));
  }

  private ScratchMap add(ScratchMap map) {
    maps.add(map.id());
    return map;
  }

  /// A hash that no process holds, with one entry; gives its id.
  long held(HeldMap.By by, String key) throws IOException {
    Path hidden = Files.createDirectory(bpffs.resolveSibling("hidden" + stayers.size()));
    HeldMap map = HeldMap.make(by, key, OLD, hidden);
    stayers.push(map);
    maps.add(map.id());
    return map.id();
  }

  /// A map that is not watched for changes.
  ScratchMap inner() {
    return scratch.create(MapType.ARRAY, "inner", 4, 4, 1, 0);
  }

  ScratchProgram program(String name, int result) {
    return scratch.load(name, result);
  }

  /// Pins a map.
  Path pin(ScratchMap map) {
    Path path = bpffs.resolve("map" + map.id());
    map.pin(path);
    return path;
  }

  /// Lets an actor stay until the round is over.
  <T extends AutoCloseable> T keep(T actor) {
    cast.push(actor);
    return actor;
  }

  /// Lets an actor stay until after the second snapshot.
  <T extends AutoCloseable> T keepOn(T actor) {
    stayers.push(actor);
    return actor;
  }

  /// All maps that were made for writing, in the order in which they were made.
  List<Long> maps() {
    return List.copyOf(maps);
  }

  /// Sends the actors home; the maps stay.
  void dismiss() throws Exception {
    close(cast);
  }

  private static void close(Deque<AutoCloseable> actors) throws Exception {
    while (!actors.isEmpty()) {
      actors.pop().close();
    }
  }

  @Override
  public void close() {
    try {
      dismiss();
      close(stayers);
    } catch (Exception e) {
      throw new AssertionError("an actor did not end", e);
    } finally {
      scratch.close();
      Actor.mustRun("umount", bpffs.toString());
    }
  }
}
