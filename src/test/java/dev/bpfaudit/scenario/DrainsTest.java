package dev.bpfaudit.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.kernel.ScratchMap;
import dev.bpfaudit.kernel.ScratchMaps;
import dev.bpfaudit.kernel.TracerRequest.Sizes;
import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.Loss;
import dev.bpfaudit.model.MapType;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every write is told once, however often the tracer is asked and whoever dies meanwhile. Needs
/// root.
@KernelTest
final class DrainsTest {
  private static final Set<HookKind> BEST = Set.of(HookKind.FENTRY, HookKind.TRACEPOINT);

  @TempDir private Path directory;

  private final ScratchMaps scratch = new ScratchMaps();

  @AfterEach
  void close() {
    scratch.close();
  }

  private ScratchMap map() {
    return scratch.create(MapType.PERCPU_ARRAY, "written", 4, 8, 1024, 0);
  }

  private static void flood(ScratchMap map, int keys, int writes) {
    Writer.write("flood", "flood", map.id(), keys, writes);
  }

  @Test
  void nothingIsLostOrCountedTwice() throws Exception {
    try (Watch watch = new Watch(directory)) {
      watch.install(BEST, Sizes.USUAL);
      countsWhatTwoWriteAtOnce(watch);
      givesAgainWhatWasNotStored(watch);
      givesNothingAgainThatWasStored(watch);
    }
  }

  private void countsWhatTwoWriteAtOnce(Watch watch) {
    ScratchMap map = scratch.create(MapType.HASH, "written", 4, 8, 64, 0);
    List<String> command = Writer.command("flood", false, "flood", map.id(), 2, 25_000);
    try (Actor first = Actor.start(command);
        Actor second = Actor.start(command)) {
      assertThat(first.end().exitCode()).isZero();
      assertThat(second.end().exitCode()).isZero();
    }
    Seen seen = Seen.next(watch);
    long skipped =
        seen.losses().stream()
            .filter(loss ->
                loss.scope() instanceof Loss.Types(var types) && types.contains(MapType.HASH))
            .mapToLong(Loss::count)
            .sum();
    assertThat(seen.sum(map)).isBetween(50_000 - skipped, 50_000L);
  }

  /// As after being killed before the snapshot was stored.
  private void givesAgainWhatWasNotStored(Watch watch) {
    ScratchMap map = map();
    flood(map, 1, 10);
    Seen first = Seen.drained(watch);
    assertThat(first.sum(map)).isEqualTo(10);
    flood(map, 1, 5);
    Seen second = Seen.drained(watch);
    assertThat(second.sum(map)).isEqualTo(15);
    assertThat(second.observation().beganNanos()).isEqualTo(first.observation().beganNanos());
    assertThat(second.observation().generation()).isEqualTo(first.observation().generation() + 1);
    assertThat(Seen.next(watch).sum(map)).isEqualTo(15);
    assertThat(Seen.next(watch).sum(map)).isZero();
  }

  /// As after being killed when the snapshot was stored and the tracer did not know it.
  private void givesNothingAgainThatWasStored(Watch watch) {
    ScratchMap map = map();
    flood(map, 1, 10);
    Seen stored = Seen.of(watch.seen(watch.storeWithoutRetiring()));
    assertThat(stored.sum(map)).isEqualTo(10);
    flood(map, 1, 5);
    Seen seen = Seen.next(watch);
    assertThat(seen.sum(map)).isEqualTo(5);
    assertThat(Seen.next(watch).sum(map)).isZero();
  }
}
