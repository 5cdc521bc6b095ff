package dev.bpfaudit.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bpfaudit.kernel.KernelException;
import dev.bpfaudit.kernel.ScratchMaps;
import dev.bpfaudit.kernel.TracerRequest.Sizes;
import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the tracer leaves behind, and what of it is seen. Needs root and bpftool.
@KernelTest
final class TidinessTest {
  private static final Path PINS = Path.of("/sys/fs/bpf/bpfaudit");
  private static final Pattern ID = Pattern.compile("^(\\d+): ");
  private static final Set<HookKind> CALLS = Set.of(HookKind.TRACEPOINT);
  private static final Set<HookKind> BEST = Set.of(HookKind.FENTRY, HookKind.TRACEPOINT);

  @TempDir private Path directory;

  private static Set<Long> loaded(String what) {
    Set<Long> ids = new TreeSet<>();
    for (String line : Actor.mustRun("bpftool", what, "show")) {
      Matcher id = ID.matcher(line);
      if (id.find()) {
        ids.add(Long.parseLong(id.group(1)));
      }
    }
    return ids;
  }

  private static Set<Long> newSince(Set<Long> before, Set<Long> now) {
    Set<Long> more = new TreeSet<>(now);
    more.removeAll(before);
    return more;
  }

  /// The kernel frees maps and programs after grace periods.
  private static void assertGone(Set<Long> maps, Set<Long> programs) throws InterruptedException {
    for (int looks = 0; looks < 100; looks++) {
      Set<Long> left = new TreeSet<>(loaded("map"));
      left.retainAll(maps);
      Set<Long> leftPrograms = new TreeSet<>(loaded("prog"));
      leftPrograms.retainAll(programs);
      if (left.isEmpty() && leftPrograms.isEmpty()) {
        return;
      }
      Thread.sleep(100);
    }
    throw new AssertionError("of maps %s and programs %s some are left".formatted(maps, programs));
  }

  @Test
  void isInNoCaptureAndLeavesNothing() throws Exception {
    Set<Long> mapsBefore = loaded("map");
    Set<Long> programsBefore = loaded("prog");
    Set<Long> maps;
    Set<Long> programs;
    try (Watch watch = new Watch(directory)) {
      watch.install(BEST, Sizes.USUAL);
      maps = newSince(mapsBefore, loaded("map"));
      programs = newSince(programsBefore, loaded("prog"));
      assertThat(maps).hasSizeGreaterThan(5);
      assertThat(programs).hasSizeGreaterThanOrEqualTo(3);
      assertThat(watch.kernel().maps()).extracting(BpfMap::id).doesNotContainAnyElementsOf(maps);
      assertThat(watch.captured()).doesNotContainAnyElementsOf(maps);
      watch.snapshot(Set.of());
      assertThat(watch.seen(watch.snapshot(Set.of())).writes())
          .extracting(ObservedWrite::mapId)
          .doesNotContainAnyElementsOf(maps);
      assertThat(watch.tracer().remove()).isTrue();
      assertThat(PINS).doesNotExist();
      assertThat(watch.tracer().status()).isEmpty();
      assertThat(watch.tracer().remove()).isFalse();
    }
    assertGone(maps, programs);
  }

  /// A map that everybody else lets go of while it is being read goes when the reader closes it;
  /// the reader is not who wanted it gone.
  @Test
  void theReaderIsNotWhoLetsGo() throws Exception {
    try (Watch watch = new Watch(directory)) {
      watch.install(BEST, Sizes.USUAL);
      Seen.next(watch);
      long id;
      try (ScratchMaps scratch = new ScratchMaps()) {
        id = scratch.create(MapType.ARRAY, "held", 4, 8, 16, 0).id();
      }
      assertThat(Seen.next(watch).observation().writes())
          .filteredOn(write -> write.mapId() == id)
          .extracting(ObservedWrite::operation)
          .contains(Operation.CREATE)
          .doesNotContain(Operation.RELEASE);
    }
  }

  @Test
  void leavesNothingWhenItCannotBeInstalled() throws Exception {
    Set<Long> mapsBefore = loaded("map");
    Set<Long> programsBefore = loaded("prog");
    try (Watch watch = new Watch(directory)) {
      assertThatThrownBy(() -> watch.install(CALLS, new Sizes(1 << 30, 1 << 30, 64, 64, 64, 64)))
          .isInstanceOf(KernelException.class);
      assertThat(watch.tracer().status()).isEmpty();
    }
    assertThat(Files.exists(PINS)).isFalse();
    assertGone(newSince(mapsBefore, loaded("map")), newSince(programsBefore, loaded("prog")));
  }
}
