package dev.bpfaudit.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.kernel.LiveKernel;
import dev.bpfaudit.kernel.ScratchMap;
import dev.bpfaudit.kernel.ScratchMaps;
import dev.bpfaudit.kernel.TracerRequest.Sizes;
import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.lab.ScenarioMatrix;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.Loss;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.scenario.Watch.Step;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The drain is killed at twenty random moments while others write: nothing is lost or counted
/// twice. Needs root.
@KernelTest
final class KillsTest {
  private static final int KILLS = 20;
  private static final List<Step> AIMED_AT =
      List.of(Step.DRAIN, Step.COMMIT, Step.RETIRE, Step.COMMIT);

  /// Small, so that a drain is quick.
  private static final Sizes SIZES = new Sizes(8192, 256, 1024, 1024, 256, 4096);

  private static final Pattern POURED = Pattern.compile("pid \\d+ writes (\\d+)");

  @TempDir private Path directory;

  private final Random random = new Random(37);
  private final ScratchMaps scratch = new ScratchMaps();

  @AfterEach
  void close() {
    scratch.close();
  }

  @Test
  void nothingIsLostOrCountedTwiceByWhoIsKilled() throws Exception {
    ScratchMap hash = scratch.create(MapType.HASH, "written", 4, 8, 64, 0);
    ScratchMap array = scratch.create(MapType.ARRAY, "written", 4, 8, 64, 0);
    HookKind kind = install();
    try {
      Map<ScratchMap, Long> written;
      try (Actor first = pour(hash);
          Actor second = pour(array)) {
        Map<Step, Integer> hit = new EnumMap<>(Step.class);
        Map<Step, Long> nanos = rehearse();
        for (int i = 0; i < KILLS; i++) {
          Step step = AIMED_AT.get(i % AIMED_AT.size());
          Step came = kill(step, nanos.get(step));
          hit.merge(came, 1, Integer::sum);
          if (came != step) { // it is over sooner than it was
            nanos.put(step, nanos.get(step) / 2);
          }
        }
        System.out.printf("%s: of %d kills came in each step: %s%n", kind.label, KILLS, hit);
        written = Map.of(hash, poured(first), array, poured(second));
        assertThat(hit.get(Step.COMMIT)).as("between read and commit").isGreaterThanOrEqualTo(3);
      }
      System.out.println(isExact(written) ? "all counted" : "counted, or the loss is");
      if (kind == HookKind.FENTRY) { // the others are not in the guests' table
        ScenarioMatrix.check(kind.label, "37 drain killed at 20 random moments", "counted");
      }
    } finally {
      remove();
    }
  }

  private HookKind install() throws InterruptedException {
    try (Watch watch = new Watch(directory)) {
      HookKind kind = watch.install(Set.of(HookKind.FENTRY, HookKind.TRACEPOINT), SIZES).kind();
      watch.leave();
      return kind;
    }
  }

  /// Whatever became of the store.
  private static void remove() {
    new LiveKernel(Clock.systemUTC()).tracer().remove();
  }

  private static Actor pour(ScratchMap map) {
    return Actor.start(Writer.command("pour", false, "pour", map.id(), 10, 2000));
  }

  private static long poured(Actor actor) {
    String said = actor.end().out().getLast();
    Matcher poured = POURED.matcher(said);
    assertThat(poured.matches()).as(said).isTrue();
    return Long.parseLong(poured.group(1));
  }

  /// How long each step takes whoever takes his first snapshot.
  private Map<Step, Long> rehearse() {
    Map<Step, Long> began = new EnumMap<>(Step.class);
    try (Drainer drainer = Drainer.start(directory)) {
      for (Step step : Step.values()) {
        drainer.await(step);
        began.put(step, System.nanoTime());
      }
    }
    Map<Step, Long> nanos = new EnumMap<>(Step.class);
    nanos.put(Step.DRAIN, began.get(Step.COMMIT) - began.get(Step.DRAIN));
    nanos.put(Step.COMMIT, began.get(Step.RETIRE) - began.get(Step.COMMIT));
    nanos.put(Step.RETIRE, began.get(Step.REST) - began.get(Step.RETIRE));
    System.out.println("nanoseconds of each step: " + nanos);
    return nanos;
  }

  /// Strikes within the time a step takes.
  private Step kill(Step step, long nanos) {
    try (Drainer drainer = Drainer.start(directory)) {
      drainer.await(step);
      LockSupport.parkNanos((long) (nanos * random.nextDouble()));
      return drainer.kill(step);
    }
  }

  /// Whether every write was counted once.
  ///
  /// @throws AssertionError if one is missing that is not counted as lost, or there is one too many
  private boolean isExact(Map<ScratchMap, Long> written) {
    boolean exact = true;
    try (Watch watch = new Watch(directory)) {
      watch.snapshot(Set.of());
      assertThat(watch.snapshots().stream().flatMap(taken -> watch.alarms(taken).stream()))
          .as("neither who installed the tracer nor who was killed in a drain is anybody else")
          .noneMatch(alarm -> alarm.what().contains("wrote to the tracer's"));
      List<Seen> all =
          watch.snapshots().stream().flatMap(header -> seen(watch.tracing(header))).toList();
      List<Observation> observations = all.stream().map(Seen::observation).toList();
      assertThat(observations)
          .extracting(Observation::generation)
          .doesNotHaveDuplicates()
          .isSorted();
      assertThat(observations)
          .extracting(Observation::installation)
          .containsOnly(observations.getFirst().installation());
      long skipped =
          all.stream()
              .flatMap(one -> one.losses().stream())
              .filter(loss -> !(loss.scope() instanceof Loss.AuthorsOnly))
              .mapToLong(Loss::count)
              .sum();
      for (ScratchMap map : written.keySet()) {
        long count = written.get(map);
        long seen = all.stream().mapToLong(one -> one.sum(map)).sum();
        System.out.printf(
            "map %d: %d written, %d seen in %d drains, %d skipped%n",
            map.id(), count, seen, all.size(), skipped);
        assertThat(seen).isBetween(count - skipped, count);
        exact &= seen == count;
      }
    }
    return exact;
  }

  private static Stream<Seen> seen(Tracing tracing) {
    return switch (tracing) {
      case Tracing.Traced(Observation observation) -> Stream.of(Seen.of(observation));
      case Tracing.NotTraced(String why) -> throw new AssertionError(why);
    };
  }
}
