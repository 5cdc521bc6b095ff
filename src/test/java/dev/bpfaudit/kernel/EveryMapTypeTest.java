package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.lab.KernelNeeds;
import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.TableRef;
import dev.bpfaudit.model.TableSink;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A map of every type this kernel can make, read by a capture and independently. Needs root and
/// bpftool.
@KernelTest
final class EveryMapTypeTest {
  /// The first releases that have a type, of those that 5.10 lacks.
  private static final Map<MapType, String> SINCE =
      Map.of(
          MapType.TASK_STORAGE, "5.11",
          MapType.BLOOM_FILTER, "5.16",
          MapType.USER_RINGBUF, "6.1",
          MapType.CGRP_STORAGE, "6.2",
          MapType.ARENA, "6.9",
          MapType.INSN_ARRAY, "6.19",
          MapType.RHASH, "7.2");

  private static final List<String> COMPARED = new ArrayList<>();
  private static final List<String> ALSO_BPFTOOL = new ArrayList<>();
  private static final List<String> NOT_ENUMERABLE = new ArrayList<>();
  private static final KernelTypes TYPES = KernelTypes.read();

  private static int number(MapType type) {
    return List.of(MapType.values()).indexOf(type);
  }

  private final LiveKernel kernel = new LiveKernel(Clock.systemUTC());

  @AfterAll
  static void comparesAtLeastTwentyTypes() {
    System.out.println(
        "map types compared byte for byte: %d %s".formatted(COMPARED.size(), COMPARED));
    System.out.println(
        "map types compared with bpftool too: %d %s".formatted(ALSO_BPFTOOL.size(), ALSO_BPFTOOL));
    System.out.println(
        "map types not enumerable: %d %s".formatted(NOT_ENUMERABLE.size(), NOT_ENUMERABLE));
    assertThat(COMPARED).hasSizeGreaterThanOrEqualTo(20);
    assertThat(ALSO_BPFTOOL).hasSizeGreaterThanOrEqualTo(18);
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(
      names = {"UNSPEC", "UNKNOWN"},
      mode = EnumSource.Mode.EXCLUDE)
  void readsEveryTypeAsAnIndependentReaderDoes(MapType type) throws IOException {
    Descriptors before = Descriptors.open();
    try (MapZoo zoo = new MapZoo(TYPES, kernel.host().possibleCpus())) {
      int map = zoo.make(number(type));
      if (map < 0) {
        KernelNeeds.since(SINCE.getOrDefault(type, "5.10"), MapType.spell(number(type)));
        throw new AssertionError("this kernel ought to make one: " + Errno.describe(map));
      }
      check(number(type), map);
    }
    assertThat(Descriptors.open()).isEqualTo(before);
  }

  @Test
  void listsNoTypeThatCameLaterAsEmpty() throws IOException {
    assertThat(TYPES.highestMapType()).isGreaterThanOrEqualTo(number(MapType.RINGBUF));
    for (int type = number(MapType.UNKNOWN); type <= TYPES.highestMapType(); type++) {
      try (MapZoo zoo = new MapZoo(TYPES, kernel.host().possibleCpus())) {
        int map = zoo.make(type);
        if (map >= 0) {
          assertThat(capture(map, false).contents()).isInstanceOf(Contents.NotEnumerable.class);
        }
      }
    }
  }

  private void check(int type, int map) {
    String name = MapType.spell(type);
    MapState state = capture(map, type == 7);
    assertThat(state.map().typeNumber()).isEqualTo(type);
    switch (state.contents()) {
      case Contents.Complete(TableRef table) -> compareEntries(name, map, table.load());
      case Contents.NotEnumerable(String why, TableRef seen) when seen.load().count() > 0 ->
          compareHead(name, map, why, seen.load());
      case Contents.NotEnumerable(String why, TableRef _) -> compareErrno(name, map, state, why);
      case Contents.Partial(TableRef _, String reason) -> throw new AssertionError(name + reason);
      case Contents.Unreadable(String reason) -> throw new AssertionError(name + ": " + reason);
    }
  }

  private MapState capture(int map, boolean stackTraces) {
    long id = RawBpf.mapId(map);
    return kernel
        .capture(
            new CaptureRequest(m -> m.id() == id, stackTraces), TableSink.inMemory(), Progress.NONE)
        .maps()
        .getFirst();
  }

  private void compareEntries(String name, int map, FlatTable table) {
    Map<Bytes, Bytes> direct = RawBpf.entries(map, table.keySize(), table.valueSize());
    assertThat(direct).as(name).isNotEmpty();
    assertThat(rows(table)).as(name).isEqualTo(direct);
    COMPARED.add(name);
    BpftoolDump.read(RawBpf.mapId(map), table.valueSize())
        .ifPresent(dump -> {
          assertThat(rows(table)).as(name + " by bpftool").isEqualTo(dump);
          ALSO_BPFTOOL.add(name);
        });
  }

  private void compareHead(String name, int map, String why, FlatTable seen) {
    byte[] head = new byte[seen.valueSize()];
    RawBpf.ok("peek", RawBpf.lookup(map, Bytes.EMPTY, head));
    assertThat(Bytes.of(seen.value(0))).isEqualTo(Bytes.of(head));
    assertThat(seen.keySize()).isZero();
    assertThat(seen.count()).isEqualTo(1);
    assertThat(why).startsWith("only the");
    COMPARED.add(name + "'s head");
  }

  /// The reason names an errno that the kernel gives to a direct reader.
  private void compareErrno(String name, int map, MapState state, String why) {
    int keySize = Math.toIntExact(state.map().keySize());
    byte[] room = new byte[Math.toIntExact(Math.max(8, state.map().valueSize()))];
    Set<String> errnos = new TreeSet<>();
    int next = RawBpf.nextKey(map, Bytes.EMPTY, new byte[Math.max(8, keySize)]);
    int found = RawBpf.lookup(map, Bytes.of(new byte[keySize]), room);
    errnos.add(next < 0 ? Errno.name(next) : "none");
    errnos.add(found < 0 ? Errno.name(found) : "none");
    assertThat(errnos).as(name + ": " + why).anyMatch(why::contains);
    NOT_ENUMERABLE.add(name + " (" + errnos.stream().filter(why::contains).findFirst().get() + ")");
  }

  @Test
  void saysThatATypeItDoesNotKnowCannotBeListed() {
    assertThat(ReadingMethod.of(mapOfType(99), true))
        .isEqualTo(new ReadingMethod.Impossible("map type 99 is not known to this release"));
    assertThat(ReadingMethod.of(mapOfType(0), true)).isInstanceOf(ReadingMethod.Impossible.class);
  }

  @Test
  void readsStackTracesOnRequestOnly() throws IOException {
    try (MapZoo zoo = new MapZoo(TYPES, kernel.host().possibleCpus())) {
      int map = zoo.make(7);
      assertThat(capture(map, false).contents())
          .isInstanceOfSatisfying(
              Contents.NotEnumerable.class,
              contents -> assertThat(contents.why()).contains("on request only"));
      assertThat(capture(map, true).contents()).isInstanceOf(Contents.Complete.class);
    }
  }

  @Test
  void showsTheKeysOfASockhashWhoseValuesHaveNoRoomForCookies() throws IOException {
    try (Resources resources = new Resources()) {
      int map = resources.keepFd("sockhash", RawBpf.create(18, 4, 4, 4, 0));
      RawBpf.ok("update", RawBpf.update(map, RawBpf.u32(9), RawBpf.u32(resources.udpSocket()), 0));
      assertThat(RawBpf.lookup(map, RawBpf.u32(9), new byte[8])).isEqualTo(-Errno.ENOSPC);
      assertThat(capture(map, false).contents())
          .isInstanceOfSatisfying(
              Contents.NotEnumerable.class,
              contents -> {
                FlatTable seen = contents.seen().load();
                assertThat(contents.why()).contains("ENOSPC");
                assertThat(seen.valueSize()).isZero();
                assertThat(rows(seen)).containsOnlyKeys(RawBpf.u32(9));
              });
    }
  }

  static Map<Bytes, Bytes> rows(FlatTable table) {
    Map<Bytes, Bytes> rows = new TreeMap<>();
    for (long row = 0; row < table.count(); row++) {
      rows.put(Bytes.of(table.key(row)), Bytes.of(table.value(row)));
    }
    return rows;
  }

  static BpfMap mapOfType(long type) {
    return new BpfMap(
        1, type, "", 4, 4, 1, 0, 0, 0, 0, 0, false, 0, 0, 0, 0, 0, Bytes.EMPTY, 0, List.of());
  }
}
