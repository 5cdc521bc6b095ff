package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Probe;
import dev.bpfaudit.model.Probe.Answer;
import dev.bpfaudit.model.Probe.Group;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What the doctor says of the kernel that runs, whichever it is, against tries of our own. Needs
/// root.
@KernelTest
final class ProbesTest {
  private static final List<MapType> TYPES = List.of(MapType.values());
  private static final int LOOKUP_BATCH = 24;
  private static final int FENTRY = 24;
  private static final int ITERATOR = 28;
  private static final int TRACING = 26;

  private static List<Probe> probes = List.of();
  private static Descriptors before = Descriptors.open();
  private static long left;
  private static Descriptors after = Descriptors.open();

  @BeforeAll
  static void ask() {
    LiveKernel kernel = new LiveKernel(Clock.systemUTC());
    kernel.maps();
    before = Descriptors.open();
    probes = kernel.probe();
    left = ours();
    after = Descriptors.open();
    probes.forEach(p ->
        System.out.printf(Locale.ROOT, "probe %-26s %-8s %s%n", p.name(), p.answer(), p.detail()));
  }

  @Test
  void everyKernelAnswersUnderTheSameNames() {
    assertThat(probes)
        .extracting(Probe::name)
        .containsExactly(
            "libbpf",
            "cap_sys_admin",
            "maps.list",
            "batch.hash",
            "batch.percpu_hash",
            "batch.lru_hash",
            "batch.lru_percpu_hash",
            "batch.array",
            "batch.percpu_array",
            "batch.lpm_trie",
            "batch.array_of_maps",
            "batch.hash_of_maps",
            "batch.rhash",
            "btf",
            "tracepoint",
            "raw_tracepoint",
            "fentry",
            "kprobe",
            "bpf_iter",
            "bpf_iter.task_vma",
            "lsm",
            "ringbuf",
            "lockdown",
            "ftrace_enabled",
            "kprobes_enabled",
            "kptr_restrict",
            "unprivileged_bpf_disabled",
            "bpffs",
            "cgroup");
  }

  @Test
  void leavesNothingBehind() {
    assertThat(after).isEqualTo(before);
    assertThat(left).isZero();
  }

  private static long ours() {
    return Programs.all().stream().filter(p -> p.name().equals("bpfaudit_probe")).count();
  }

  @Test
  void aKernelOlderThanAFeatureDoesNotHaveIt() throws Exception {
    KernelVersion running =
        KernelVersion.of(Files.readString(Path.of("/proc/sys/kernel/osrelease")).strip());
    for (Probe probe : probes) {
      String since = probe.since();
      if (since != null && running.compareTo(KernelVersion.of(since)) < 0) {
        assertThat(probe.answer()).as(probe.toString()).isNotEqualTo(Answer.YES);
        assertThat(probe.detail()).contains("since Linux " + since);
      }
    }
  }

  @Test
  void aNoHasAReason() {
    assertThat(probes)
        .filteredOn(probe -> probe.group() != Group.SETTINGS && probe.answer() == Answer.NO)
        .allSatisfy(probe -> {
          boolean notCalled = probe.detail().startsWith("attaches, but is not called");
          assertThat(probe.errno() != null || notCalled).as(probe.toString()).isTrue();
          assertThat(probe.since()).isNotNull();
        });
  }

  @Test
  void asksAboutEveryTypeThatIsReadInBatches() {
    assertThat(ReadingProbes.BATCHED)
        .extracting(ReadingProbes.Batched::type)
        .containsExactlyInAnyOrderElementsOf(
            TYPES.stream()
                .filter(type -> inBatches(EveryMapTypeTest.mapOfType(TYPES.indexOf(type))))
                .toList());
  }

  private static boolean inBatches(BpfMap map) {
    ReadingMethod method = ReadingMethod.of(map, true);
    return method instanceof ReadingMethod.Batch || method instanceof ReadingMethod.MapInMap;
  }

  @TestFactory
  List<DynamicTest> batchesAreAsTheKernelAnswersThem() {
    List<DynamicTest> tests = new ArrayList<>();
    for (ReadingProbes.Batched batched : ReadingProbes.BATCHED) {
      String name = "batch." + batched.type().name().toLowerCase(Locale.ROOT);
      tests.add(DynamicTest.dynamicTest(name, () -> agree(name, tryBatch(batched.type()))));
    }
    return tests;
  }

  @Test
  void attachesToARawTracepointIfTheKernelLetsUs() {
    agree("raw_tracepoint", tryRawTracepoint());
  }

  @Test
  void loadsFentryAndIteratorsIfTheKernelLetsUs() {
    KernelTypes types = KernelTypes.read();
    int fentry = tryTracing(FENTRY, types.functionId("generic_map_delete_batch"));
    if (fentry < 0) {
      agree("fentry", fentry);
    } else {
      assertThat(probe("fentry").answer()).isNotEqualTo(Answer.UNKNOWN);
    }
    agree("bpf_iter", tryTracing(ITERATOR, types.functionId("bpf_iter_bpf_map")));
  }

  @Test
  void settingsAreWhatTheFilesSay() throws Exception {
    for (String name : List.of("kptr_restrict", "unprivileged_bpf_disabled", "ftrace_enabled")) {
      Path file = Path.of("/proc/sys/kernel", name);
      if (Files.exists(file)) {
        String value = Files.readString(file).strip();
        assertThat(probe(name).detail()).isEqualTo(value);
        assertThat(probe(name).answer()).isEqualTo(value.equals("0") ? Answer.NO : Answer.YES);
      } else {
        assertThat(probe(name).errno()).isEqualTo("ENOENT");
      }
    }
  }

  /// Where tracefs is not mounted, the id comes from one that another process mounts for itself.
  @Test
  void hangsAProgramOnATracepoint() {
    String id =
        Command.run(
            List.of(
                "unshare",
                "--mount",
                "sh",
                "-c",
                "cd /sys/kernel/tracing && test -d events || mount -t tracefs none ."
                    + " && cat /sys/kernel/tracing/events/task/task_rename/id"));
    try (Fd program = TinyProgram.ofType(5).load("bpfaudit_probe", 0);
        PerfEvent event = PerfEvent.ofTracepoint(Long.parseLong(id.strip()))) {
      event.attach(program);
      assertThat(Descriptors.open()).isNotEqualTo(before);
    }
  }

  private static Probe probe(String name) {
    return probes.stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  /// @param answer of a system call, or a negative errno
  private static void agree(String name, int answer) {
    Probe probe = probe(name);
    if (answer >= 0 || answer == -Errno.ENOENT) {
      assertThat(probe.answer()).as(probe.toString()).isEqualTo(Answer.YES);
    } else {
      assertThat(probe.answer()).as(probe.toString()).isEqualTo(Answer.NO);
      assertThat(probe.errno()).isEqualTo(Errno.name(answer));
    }
  }

  private static int tryBatch(MapType type) throws Exception {
    boolean ofMaps = type == MapType.ARRAY_OF_MAPS || type == MapType.HASH_OF_MAPS;
    int keySize = type == MapType.LPM_TRIE ? 8 : 4;
    int flags = type == MapType.LPM_TRIE || type == MapType.RHASH ? 1 : 0;
    try (Resources open = new Resources();
        Arena arena = Arena.ofConfined()) {
      int inner = open.keep(new Fd(RawBpf.ok("inner", RawBpf.create(2, 4, 4, 1, 0))));
      ByteBuffer attr = RawBpf.createAttr(TYPES.indexOf(type), keySize, ofMaps ? 4 : 8, 1, flags);
      int fd = RawBpf.bpf(RawBpf.MAP_CREATE, ofMaps ? RawBpf.withInner(attr, inner) : attr);
      if (fd == -Errno.EINVAL && type == MapType.RHASH) {
        return fd;
      }
      int map = open.keep(new Fd(RawBpf.ok("create", fd)));
      if (ofMaps) {
        RawBpf.ok("put", RawBpf.update(map, RawBpf.u32(0), RawBpf.u32(inner), 0));
      }
      MemorySegment room = arena.allocate(3 * 16 + 8L * 4096, 8);
      return RawBpf.bpf(
          LOOKUP_BATCH,
          RawBpf.attr()
              .putLong(0)
              .putLong(room.address())
              .putLong(room.address() + 16)
              .putLong(room.address() + 48)
              .putInt(1)
              .putInt(map));
    }
  }

  private static int tryRawTracepoint() {
    ByteBuffer code = Insns.code(2).put(Insns.move(0, 0)).put(Insns.exit());
    try (Arena arena = Arena.ofConfined();
        Fd program = RawBpf.loadProgram(17, 0, code, 0)) {
      long name = arena.allocateFrom("task_rename").address();
      int link =
          RawBpf.bpf(
              RawBpf.RAW_TRACEPOINT_OPEN, RawBpf.attr().putLong(name).putInt(program.number()));
      return closed(link);
    }
  }

  private static int tryTracing(int attachType, int function) {
    try (Arena arena = Arena.ofConfined()) {
      ByteBuffer code = Insns.code(2).put(Insns.move(0, 0)).put(Insns.exit());
      MemorySegment insns = arena.allocate(16, 8).copyFrom(MemorySegment.ofBuffer(code.flip()));
      ByteBuffer attr =
          RawBpf.attr()
              .putInt(TRACING)
              .putInt(2)
              .putLong(insns.address())
              .putLong(arena.allocateFrom("GPL").address());
      return closed(
          RawBpf.bpf(RawBpf.PROG_LOAD, attr.putInt(68, attachType).putInt(108, function)));
    }
  }

  private static int closed(int answer) {
    if (answer >= 0) {
      new Fd(answer).close();
    }
    return answer;
  }
}
