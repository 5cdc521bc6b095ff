package dev.bpfaudit.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.kernel.ScratchMap;
import dev.bpfaudit.kernel.ScratchMaps;
import dev.bpfaudit.kernel.ScratchProgram;
import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every way in which a process of the scenarios writes a map does write it. Needs root.
@KernelTest
final class WritersTest {
  private static final String KEY = "07000000";
  private static final String OTHER = "08000000";
  private static final String OLD = "0100000000000000";
  private static final String NEW = "2a00000000000000";

  @TempDir private Path temporary;

  private final ScratchMaps scratch = new ScratchMaps();
  private final ReadBack read = new ReadBack();

  @AfterEach
  void close() {
    scratch.close();
  }

  private ScratchMap hash(String... keys) {
    ScratchMap map = scratch.create(MapType.HASH, "written", 4, 8, 64, 0);
    for (String key : keys) {
      map.update(Bytes.fromHex(key), Bytes.fromHex(OLD));
    }
    return map;
  }

  private static String comm(long pid) throws IOException {
    return Files.readString(Path.of("/proc/" + pid + "/comm")).strip();
  }

  @ParameterizedTest
  @ValueSource(strings = {"update-id", "fork-exec", "dup", "pass", "steal", "int80"})
  void updatesAnEntryUnderTheNameItWasGiven(String verb) throws IOException {
    ScratchMap map = hash(KEY, OTHER);
    try (Writer writer = Writer.start("suspect", verb, map.id(), KEY, NEW)) {
      assertThat(read.entries(map)).isEqualTo(Map.of(KEY, NEW, OTHER, OLD));
      assertThat(comm(writer.pid())).isEqualTo("suspect");
    }
  }

  @Test
  void isGoneOnceItHasWritten() {
    ScratchMap map = hash();
    long pid = Writer.write("suspect", "update-id", map.id(), KEY, NEW);
    assertThat(Path.of("/proc/" + pid)).doesNotExist();
    assertThat(read.entries(map)).containsExactly(Map.entry(KEY, NEW));
  }

  @Test
  void updatesThroughAPin() {
    ScratchMap map = hash();
    Actor.mustRun("mount", "-t", "bpf", "bpf", temporary.toString());
    try {
      map.pin(temporary.resolve("map"));
      Writer.write("suspect", "update-pin", temporary.resolve("map"), KEY, NEW);
      assertThat(read.entries(map)).containsExactly(Map.entry(KEY, NEW));
    } finally {
      Actor.mustRun("umount", temporary.toString());
    }
  }

  @Test
  void writesThroughAHandleItHeldForLong() {
    ScratchMap map = hash(OTHER);
    try (Writer writer = Writer.start("holder", "hold", map.id())) {
      assertThat(read.entries(map)).containsExactly(Map.entry(OTHER, OLD));
      writer.actor().tell("update " + KEY + " " + NEW);
      assertThat(writer.actor().line()).isEqualTo("pid " + writer.pid());
      writer.actor().tell("delete " + OTHER);
      assertThat(writer.actor().line()).isEqualTo("pid " + writer.pid());
      assertThat(read.entries(map)).containsExactly(Map.entry(KEY, NEW));
    }
  }

  @Test
  void aBatchThatFailsHalfWayHasWrittenTheFirstHalf() {
    ScratchMap map = hash();
    Writer.write("suspect", "batch-update", map.id(), 1, 2, NEW);
    Writer.write("suspect", "batch-update-fails", map.id(), 3, 2, OLD);
    assertThat(read.entries(map))
        .isEqualTo(Map.of("01000000", NEW, "02000000", NEW, "03000000", OLD, "04000000", OLD));
    Writer.write("suspect", "batch-delete", map.id(), 1, 1);
    Writer.write("suspect", "batch-delete-fails", map.id(), 2, 2);
    assertThat(read.entries(map)).containsExactly(Map.entry("04000000", OLD));
    Writer.write("suspect", "batch-lookup-delete", map.id(), 64);
    assertThat(read.entries(map)).isEmpty();
  }

  @Test
  void deletes() {
    ScratchMap map = hash(KEY, OTHER);
    Writer.write("suspect", "delete", map.id(), KEY);
    assertThat(read.entries(map)).containsOnlyKeys(OTHER);
    assertThat(Writer.attempt("suspect", "delete", map.id(), KEY).exitCode()).isEqualTo(1);
  }

  @Test
  @KernelTest(since = "5.14")
  void looksUpAndDeletes() {
    ScratchMap map = hash(KEY, OTHER);
    Writer.write("suspect", "lookup-delete", map.id(), KEY);
    assertThat(read.entries(map)).containsOnlyKeys(OTHER);
  }

  @Test
  void pushesAndPops() {
    ScratchMap map = scratch.create(MapType.QUEUE, "written", 0, 4, 8, 0);
    Writer.write("suspect", "push", map.id(), "0a000000");
    Writer.write("suspect", "push", map.id(), "0b000000");
    assertThat(read.entries(map)).containsExactly(Map.entry("", "0a000000"));
    Writer.write("suspect", "pop", map.id());
    assertThat(read.entries(map)).containsExactly(Map.entry("", "0b000000"));
  }

  @Test
  void freezes() {
    ScratchMap map = hash();
    Writer.write("suspect", "freeze", map.id());
    assertThat(read.state(map).map().frozen()).isTrue();
  }

  @Test
  void replacesAProgramAndAnInnerMap() {
    ScratchProgram program = scratch.load("replacement", 0);
    ScratchMap programs = scratch.create(MapType.PROG_ARRAY, "written", 4, 4, 8, 0);
    Writer.write("suspect", "prog-array", programs.id(), KEY, program.id());
    assertThat(read.entries(programs)).containsEntry(KEY, u32(program.id()));
    ScratchMap inner = scratch.create(MapType.ARRAY, "inner", 4, 4, 1, 0);
    ScratchMap outer = scratch.createOfMaps(MapType.HASH_OF_MAPS, "written", 8, inner);
    Writer.write("suspect", "inner", outer.id(), KEY, inner.id());
    assertThat(read.entries(outer)).containsExactly(Map.entry(KEY, u32(inner.id())));
  }

  private static String u32(long number) {
    return "%08x".formatted(Integer.reverseBytes(Math.toIntExact(number)));
  }

  @Test
  void storesThroughAMappingAndFillsEverySlotOfAPerCpuMap() {
    ScratchMap array = scratch.create(MapType.ARRAY, "written", 4, 8, 8, ScratchMaps.MMAPABLE);
    Writer.write("suspect", "store", array.id(), 7 * 8, NEW);
    assertThat(read.entries(array)).containsEntry(KEY, NEW);
    ScratchMap perCpu = scratch.create(MapType.PERCPU_HASH, "written", 4, 4, 8, 0);
    Writer.write("suspect", "update-id", perCpu.id(), KEY, "2a000000");
    assertThat(read.entries(perCpu).get(KEY)).matches("(" + NEW + ")+");
  }

  @Test
  void anotherProcessTakesThePidOfTheOneThatWrote() throws IOException {
    ScratchMap map = hash();
    try (Writer writer = Writer.start("suspect", "pid-reuse", map.id(), KEY, NEW)) {
      assertThat(read.entries(map)).containsExactly(Map.entry(KEY, NEW));
      assertThat(comm(writer.pid())).isEqualTo("impostor");
      List<String> said = List.of(writer.said().split(" ", -1));
      assertThat(said).hasSize(6).contains("started", "reused");
      assertThat(Long.parseLong(said.get(3))).isLessThan(Long.parseLong(said.get(5)));
    }
  }

  @Test
  void writesInsideACgroupAndAMountNamespaceOfItsOwn() throws IOException {
    ScratchMap map = hash();
    try (Cgroup cgroup = Cgroup.create("bpfaudit-test-" + ProcessHandle.current().pid())) {
      List<String> inside = Writer.command("suspect", true, "update-id", map.id(), KEY, NEW);
      Object[] words =
          Stream.concat(Stream.of("cgroup", cgroup.directory()), inside.stream()).toArray();
      try (Writer writer = Writer.start("outside", words)) {
        Path process = Path.of("/proc/" + writer.pid());
        assertThat(Files.readAllLines(process.resolve("cgroup"))).contains("0::" + cgroup.path());
        assertThat(Files.readSymbolicLink(process.resolve("ns/mnt")))
            .isNotEqualTo(Files.readSymbolicLink(Path.of("/proc/self/ns/mnt")));
        assertThat(read.entries(map)).containsExactly(Map.entry(KEY, NEW));
      }
    }
  }

  @Test
  void floods() {
    ScratchMap map = hash();
    Writer.write("suspect", "flood", map.id(), 2, 1000);
    assertThat(read.entries(map))
        .isEqualTo(Map.of("00000000", "e603000000000000", "01000000", "e703000000000000"));
  }

  @Test
  void decoysWriteOtherKeysAndEndTogether() {
    ScratchMap hash = hash(KEY);
    ScratchMap array = scratch.create(MapType.ARRAY, "written", 4, 8, 64, 0);
    int before = decoys().size();
    try (Actor _ = Writer.decoys(hash.id(), array.id())) {
      assertThat(decoys()).hasSize(before + 10);
      Set<String> written = read.entries(hash).keySet();
      assertThat(written).hasSize(11).contains(KEY, "d0d0d0d0", "d9d9d9d9");
      assertThat(read.entries(hash)).containsEntry(KEY, OLD);
      assertThat(
              read.entries(array).entrySet().stream()
                  .filter(entry -> !entry.getValue().equals("0".repeat(16)))
                  .map(Map.Entry::getKey))
          .hasSize(10)
          .allMatch(key -> Integer.parseInt(key.substring(0, 2), 16) >= 32);
    }
    assertThat(decoys()).hasSize(before);
  }

  private static List<Long> decoys() {
    return ProcessHandle.allProcesses()
        .map(ProcessHandle::pid)
        .filter(WritersTest::isDecoy)
        .toList();
  }

  private static boolean isDecoy(long pid) {
    try {
      return comm(pid).startsWith("decoy") && !comm(pid).equals("decoy");
    } catch (IOException _) {
      return false; // it has just ended
    }
  }
}
