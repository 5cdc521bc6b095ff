package dev.bpfaudit.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.kernel.ScratchMap;
import dev.bpfaudit.kernel.ScratchMaps;
import dev.bpfaudit.kernel.TracerRequest.Sizes;
import dev.bpfaudit.lab.KernelNeeds;
import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.lab.ScenarioMatrix;
import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.Loss;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Probe;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A million writes of a thousand keys at full speed, by two at once: each is counted, or its loss
/// is. Needs root.
@KernelTest
final class CountsTest {
  private static final int KEYS = 1000;
  private static final int EACH = 500_000;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @TempDir private Path directory;

  private final ScratchMaps scratch = new ScratchMaps();

  @AfterEach
  void close() {
    scratch.close();
  }

  private ScratchMap map() {
    return scratch.create(MapType.HASH, "written", 4, 8, KEYS, 0);
  }

  @Test
  void whereFunctionsCanBeHooked() throws Exception {
    count(HookKind.FENTRY);
  }

  @Test
  void bySystemCallAndKprobes() throws Exception {
    count(HookKind.KPROBE);
  }

  @Test
  void bySystemCallAlone() throws Exception {
    count(HookKind.TRACEPOINT);
  }

  private void count(HookKind kind) throws Exception {
    try (Watch watch = new Watch(directory)) {
      if (watch.install(EnumSet.of(kind, HookKind.TRACEPOINT), Sizes.USUAL).kind() != kind) {
        if (kind == HookKind.KPROBE) {
          KernelNeeds.since("5.15", "a kprobe that stays attached"); // b89fbfbb854c
        }
        assertThat(new ReadBack().probe(kind.label).answer()).isEqualTo(Probe.Answer.NO);
        return;
      }
      Seen.next(watch); // from then on everything is watched
      processes(watch, kind);
      if (kind != HookKind.TRACEPOINT) {
        programs(watch, kind);
      }
    }
  }

  private void processes(Watch watch, HookKind kind) throws IOException {
    ScratchMap map = map();
    List<String> command = Writer.command("flood", true, "flood", map.id(), KEYS, EACH);
    try (Actor first = Actor.start(command);
        Actor second = Actor.start(command)) {
      String told = first.line(PATIENCE);
      System.out.printf("%s processes: %s, %s%n", kind.label, told, second.line(PATIENCE));
      check(
          kind,
          "31 a million writes by two processes",
          Seen.next(watch),
          map,
          Stream.of(first.pid(), second.pid()).map(CountsTest::isBy).toList());
    }
  }

  private static ToLongFunction<ObservedWrite> isBy(long pid) {
    return write ->
        write.author() instanceof Author.Caller(var process) && process.pid() == pid
            ? write.count()
            : 0;
  }

  private void programs(Watch watch, HookKind kind) throws IOException {
    ScratchMap map = map();
    try (ProgramWriter first = flood(map);
        ProgramWriter second = flood(map)) {
      long began = System.nanoTime();
      first.begin(EACH);
      second.begin(EACH);
      first.await(PATIENCE);
      second.await(PATIENCE);
      long took = System.nanoTime() - began;
      System.out.printf("%s programs: nanoseconds %d%n", kind.label, took);
      check(
          kind,
          "31 a million writes by two programs",
          Seen.next(watch),
          map,
          Stream.of(first, second).map(CountsTest::isBy).toList());
    }
  }

  private static ProgramWriter flood(ScratchMap map) {
    return ProgramWriter.load(
        ProgramWriter.Kind.XDP_TEST_RUN,
        ProgramWriter.Operation.FLOOD,
        map.id(),
        Bytes.EMPTY,
        Bytes.EMPTY);
  }

  private static ToLongFunction<ObservedWrite> isBy(ProgramWriter writer) {
    return write ->
        write.author() instanceof Author.Program by && by.program().id() == writer.id()
            ? write.count()
            : 0;
  }

  private static void check(
      HookKind kind,
      String scenario,
      Seen seen,
      ScratchMap map,
      List<ToLongFunction<ObservedWrite>> writers)
      throws IOException {
    long lost = lost(seen, map);
    long counted = seen.sum(map);
    System.out.printf("%s %s: %d counted, %d lost%n", kind.label, scenario, counted, lost);
    seen.losses().forEach(System.out::println);
    // a skipped sys_exit need not have been that of a write
    assertThat(2L * EACH).as("%s", seen.losses()).isBetween(counted, counted + lost);
    long all = 0;
    for (ToLongFunction<ObservedWrite> of : writers) {
      long own = seen.writes(map).stream().mapToLong(of).sum();
      assertThat(own).isBetween(EACH - lost, (long) EACH);
      all += own;
    }
    assertThat(all).as("what these two wrote").isEqualTo(counted);
    ScenarioMatrix.check(kind.label, scenario, "counted");
  }

  /// What did not happen before the eyes of the hook that counts the writes of a map. A skipped
  /// entry of a system call makes a write doubtful and loses none.
  private static long lost(Seen seen, ScratchMap map) {
    return seen.losses().stream()
        .filter(loss -> !loss.what().contains("sys_enter"))
        .filter(loss ->
            switch (loss.scope()) {
              case Loss.Types(var types) -> types.contains(MapType.HASH);
              case Loss.AllMaps() -> true;
              case Loss.OneMap(long id) -> id == map.id();
              case Loss.AuthorsOnly() -> false;
            })
        .mapToLong(Loss::count)
        .sum();
  }
}
