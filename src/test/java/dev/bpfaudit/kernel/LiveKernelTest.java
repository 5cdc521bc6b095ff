package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.TableSink;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What a capture tells of maps, programs and the host. Needs root.
@KernelTest
final class LiveKernelTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final LiveKernel kernel = new LiveKernel(Clock.fixed(NOW, ZoneOffset.UTC));
  private final ScratchMaps scratch = new ScratchMaps();
  private Descriptors before = Descriptors.open();

  @BeforeEach
  void countDescriptors() {
    kernel.maps();
    before = Descriptors.open();
  }

  @AfterEach
  void leavesNothingOpen() {
    scratch.close();
    assertThat(Descriptors.open()).isEqualTo(before);
  }

  @Test
  void readsEntriesAndFactsOfAMap() {
    ScratchMap map = scratch.create(MapType.HASH, "allow_list", 4, 8, 16, 0);
    map.update(Bytes.fromHex("0a000001"), Bytes.fromHex("0000000000000001"));
    map.update(Bytes.fromHex("01000001"), Bytes.fromHex("0000000000000002"));
    map.freeze();

    MapState state = captureOne(map);

    BpfMap facts = state.map();
    assertThat(facts.id()).isEqualTo(map.id());
    assertThat(facts.type()).isEqualTo(MapType.HASH);
    assertThat(facts.name()).isEqualTo("allow_list");
    assertThat(facts.keySize()).isEqualTo(4);
    assertThat(facts.valueSize()).isEqualTo(8);
    assertThat(facts.maxEntries()).isEqualTo(16);
    assertThat(facts.frozen()).isTrue();
    assertThat(facts.memlock()).isPositive();
    assertThat(facts.btfDigest()).isEqualTo(Bytes.EMPTY);
    assertThat(table(state).data().toArray(java.lang.foreign.ValueLayout.JAVA_BYTE))
        .isEqualTo(
            Bytes.fromHex("010000010000000000000002" + "0a0000010000000000000001").toArray());
    assertThat(state.window().beganNanos()).isPositive();
  }

  @Test
  void readsProgramsWithTheirMapsAndTheSlotsThatPointAtThem() {
    ScratchMap slots = scratch.create(MapType.PROG_ARRAY, "tail_calls", 4, 4, 3, 0);
    ScratchProgram program = scratch.load("filter", 7);
    slots.put(Bytes.fromHex("01000000"), program);

    Capture capture = capture(slots);

    BpfProgram found =
        capture.programs().stream().filter(p -> p.id() == program.id()).findFirst().orElseThrow();
    assertThat(found.name()).isEqualTo("filter");
    assertThat(found.typeName()).isEqualTo("socket_filter");
    assertThat(found.tag().length()).isEqualTo(8);
    FlatTable table = table(capture.maps().getFirst());
    assertThat(table.count()).isEqualTo(1);
    assertThat(Bytes.of(table.value(0))).isEqualTo(RawBpf.u32(program.id()));
    assertThat(capture.maps().getFirst().map().ownerProgType()).isEqualTo(1);
  }

  @Test
  void namesTheMapsAProgramReferences() throws Exception {
    ScratchMap map = scratch.create(MapType.ARRAY, "referenced", 4, 4, 1, 0);
    try (Fd program = RawBpf.loadProgramUsing(map.fd())) {
      long id = RawBpf.programId(program.number());
      assertThat(capture(map).programs())
          .filteredOn(p -> p.id() == id)
          .singleElement()
          .satisfies(p -> assertThat(p.mapIds()).containsExactly(map.id()));
    }
  }

  @Test
  void seesAStoreThroughAMapping() {
    ScratchMap map = scratch.create(MapType.ARRAY, "mapped", 4, 8, 4, ScratchMaps.MMAPABLE);
    map.store(16, Bytes.fromHex("1122334455667788"));

    FlatTable table = table(captureOne(map));

    assertThat(table.find(Bytes.fromHex("02000000"))).contains(Bytes.fromHex("1122334455667788"));
    assertThat(table.count()).isEqualTo(4);
  }

  @Test
  void digestsTheBtfOfAMap() throws Exception {
    try (Fd btf = RawBpf.loadBtf();
        Fd map = RawBpf.createWithBtf(2, 4, 4, 1, 0, btf.number())) {
      long id = RawBpf.mapId(map.number());
      BpfMap found = kernel.maps().stream().filter(m -> m.id() == id).findFirst().orElseThrow();
      assertThat(found.btfId()).isPositive();
      assertThat(found.btfKeyTypeId()).isEqualTo(1);
      assertThat(found.btfDigest().length()).isEqualTo(32);
    }
  }

  @Test
  void tellsWhichMapItReadsNext() {
    ScratchMap map = scratch.create(MapType.ARRAY, "heard", 4, 4, 1, 0);
    List<String> heard = new ArrayList<>();
    kernel.capture(
        new CaptureRequest(m -> m.id() == map.id(), false),
        TableSink.inMemory(),
        (done, total, name) -> {
          assertThat(done).isLessThan(total);
          heard.add(name);
        });
    assertThat(heard).containsExactly("heard");
  }

  @Test
  void datesACaptureWithBothClocks() {
    ScratchMap map = scratch.create(MapType.ARRAY, "dated", 4, 4, 1, 0);
    long earlier = BootClock.nanos();
    Capture capture = capture(map);
    assertThat(capture.takenAt()).isEqualTo(NOW);
    assertThat(capture.boottimeNanos()).isBetween(earlier, BootClock.nanos());
    assertThat(capture.maps().getFirst().window().beganNanos())
        .isGreaterThanOrEqualTo(capture.boottimeNanos());
  }

  @Test
  void readsLongKeysAndValuesOfAllPossibleCpus() {
    ScratchMap map = scratch.create(MapType.PERCPU_HASH, "percpu", 40, 12, 4, 0);
    int cpus = kernel.host().possibleCpus();
    map.update(Bytes.fromHex("ab".repeat(40)), Bytes.fromHex("01".repeat(16 * cpus)));
    FlatTable table = table(captureOne(map));
    assertThat(table.valueSize()).isEqualTo(16 * cpus);
    assertThat(table.count()).isEqualTo(1);
  }

  @Test
  void readsShortKeysInBatches() {
    ScratchMap map = scratch.create(MapType.HASH, "short_keys", 1, 1, 256, 0);
    for (int i = 0; i < 256; i++) {
      map.update(Bytes.of((byte) i), Bytes.of((byte) ~i));
    }
    FlatTable table = table(captureOne(map));
    assertThat(table.count()).isEqualTo(256);
    assertThat(table.find(Bytes.of((byte) 200))).contains(Bytes.of((byte) ~200));
  }

  @Test
  void identifiesTheHostByADigestOfItsMachineId() {
    assertThat(LocalHost.id("0123456789abcdef0123456789abcdef", "name"))
        .matches("[0-9a-f]{16}")
        .isEqualTo(LocalHost.id("0123456789abcdef0123456789abcdef", "other name"))
        .isNotEqualTo(LocalHost.id("", "name"));
    assertThat(LocalHost.countCpus("0-3,8")).isEqualTo(5);
    assertThat(LocalHost.countCpus("0")).isEqualTo(1);
    assertThat(kernel.host().kernel()).matches("\\d+\\.\\d+.*");
  }

  private Capture capture(ScratchMap map) {
    return kernel.capture(
        new CaptureRequest(m -> m.id() == map.id(), false), TableSink.inMemory(), Progress.NONE);
  }

  private MapState captureOne(ScratchMap map) {
    return capture(map).maps().getFirst();
  }

  private static FlatTable table(MapState state) {
    assertThat(state.contents()).isInstanceOf(Contents.Complete.class);
    return ((Contents.Complete) state.contents()).table().load();
  }
}
