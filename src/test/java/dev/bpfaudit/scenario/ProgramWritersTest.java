package dev.bpfaudit.scenario;

import static dev.bpfaudit.scenario.ProgramWriter.Operation.BELOW;
import static dev.bpfaudit.scenario.ProgramWriter.Operation.DELETE;
import static dev.bpfaudit.scenario.ProgramWriter.Operation.PUSH;
import static dev.bpfaudit.scenario.ProgramWriter.Operation.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.kernel.ScratchMap;
import dev.bpfaudit.kernel.ScratchMaps;
import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Probe;
import dev.bpfaudit.scenario.ProgramWriter.Kind;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Every BPF program of the scenarios writes the map it is given, when it is triggered and not
/// before. Needs root.
@KernelTest
final class ProgramWritersTest {
  private static final Bytes KEY = Bytes.fromHex("07000000");
  private static final Bytes OTHER = Bytes.fromHex("08000000");
  private static final Bytes VALUE = Bytes.fromHex("2a000000");

  private final ScratchMaps scratch = new ScratchMaps();
  private final ReadBack read = new ReadBack();

  @AfterEach
  void close() {
    scratch.close();
  }

  private ScratchMap hash() {
    return scratch.create(MapType.HASH, "written", 4, 4, 64, 0);
  }

  @ParameterizedTest
  @EnumSource(
      names = {"KPROBE", "FENTRY", "TIMER"},
      mode = EnumSource.Mode.EXCLUDE)
  void writesWhenTriggered(Kind kind) {
    writes(kind);
  }

  private void writes(Kind kind) {
    ScratchMap map = hash();
    try (ProgramWriter program = ProgramWriter.load(kind, UPDATE, map.id(), KEY, VALUE)) {
      assertThat(read.entries(map)).isEmpty();
      program.trigger(3);
      assertThat(read.entries(map)).containsExactly(Map.entry(KEY.hex(), VALUE.hex()));
      assertThat(read.programs())
          .anySatisfy(loaded -> {
            assertThat(loaded.id()).isEqualTo(program.id());
            assertThat(loaded.name()).isEqualTo(program.name());
            assertThat(loaded.tag()).hasToString(program.tag());
          });
    }
  }

  /// Where the kernel lacks a hook, as `doctor` says, the loader must be refused, and so it is
  /// known that nothing else is the matter.
  @ParameterizedTest
  @EnumSource(names = {"KPROBE", "FENTRY"})
  void writesFromAKernelFunctionWhereThisKernelCanBeHooked(Kind kind) {
    String name = kind == Kind.KPROBE ? "kprobe" : "fentry";
    Probe probe = read.probe(name);
    if (probe.answer() == Probe.Answer.YES) {
      writes(kind);
    } else {
      assertThat(probe.errno()).isEqualTo(kind == Kind.KPROBE ? "ENOENT" : "EPERM");
      Actor.Ended refused = ProgramWriter.attempt(kind, UPDATE, hash().id(), KEY, VALUE);
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.err()).contains(kind == Kind.KPROBE ? "attach: errno 2" : "load: errno 1");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HASH", "ARRAY", "PERCPU_HASH", "PERCPU_ARRAY", "LRU_HASH"})
  void writesMapsOfEveryType(MapType type) {
    ScratchMap map = scratch.create(type, "written", 4, 4, 64, 0);
    try (ProgramWriter program = ProgramWriter.load(Kind.RAW_TP, UPDATE, map.id(), KEY, VALUE)) {
      program.trigger(1);
      assertThat(read.entries(map).get(KEY.hex())).contains(VALUE.hex());
    }
  }

  @Test
  void writesTriesAndQueuesAndLargeMaps() {
    ScratchMap trie =
        scratch.create(MapType.LPM_TRIE, "written", 8, 4, 64, ScratchMaps.NO_PREALLOC);
    Bytes prefix = Bytes.fromHex("200000000a000001");
    try (ProgramWriter program = ProgramWriter.load(Kind.XDP, UPDATE, trie.id(), prefix, VALUE)) {
      program.trigger(1);
      assertThat(read.entries(trie)).containsExactly(Map.entry(prefix.hex(), VALUE.hex()));
    }
    ScratchMap queue = scratch.create(MapType.QUEUE, "written", 0, 4, 8, 0);
    try (ProgramWriter program =
        ProgramWriter.load(Kind.TRACEPOINT, PUSH, queue.id(), Bytes.EMPTY, VALUE)) {
      program.trigger(1);
      assertThat(read.entries(queue)).containsExactly(Map.entry("", VALUE.hex()));
    }
    ScratchMap large = scratch.create(MapType.HASH, "written", 4, 4, 5000, 0);
    try (ProgramWriter program = ProgramWriter.load(Kind.XDP, UPDATE, large.id(), KEY, VALUE)) {
      program.trigger(1);
      assertThat(read.entries(large)).containsExactly(Map.entry(KEY.hex(), VALUE.hex()));
    }
  }

  @Test
  void deletesAndWritesFromASubprogram() {
    ScratchMap map = hash();
    map.update(OTHER, VALUE);
    try (ProgramWriter below = ProgramWriter.load(Kind.XDP, BELOW, map.id(), KEY, VALUE);
        ProgramWriter gone = ProgramWriter.load(Kind.RAW_TP, DELETE, map.id(), OTHER, VALUE)) {
      below.trigger(1);
      gone.trigger(1);
      assertThat(read.entries(map)).containsExactly(Map.entry(KEY.hex(), VALUE.hex()));
    }
  }

  @Test
  void isUnloadedSoonAfterItIsClosed() throws InterruptedException {
    ProgramWriter program = ProgramWriter.load(Kind.CGROUP_SKB, UPDATE, hash().id(), KEY, VALUE);
    assertThat(loaded(program)).isTrue();
    program.close();
    for (int looks = 0; loaded(program) && looks < 200; looks++) {
      Thread.sleep(50); // the kernel lets go of it after a grace period
    }
    assertThat(loaded(program)).isFalse();
  }

  private boolean loaded(ProgramWriter program) {
    return read.programs().stream().anyMatch(loaded -> loaded.id() == program.id());
  }
}
