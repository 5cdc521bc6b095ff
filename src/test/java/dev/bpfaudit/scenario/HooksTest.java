package dev.bpfaudit.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.kernel.TracerRequest.Sizes;
import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.TracerStatus;
import dev.bpfaudit.model.WritePath;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A hook that is taken away makes the maps it watched unobserved, and no others. Needs root.
@KernelTest
final class HooksTest {
  private static final Path PINS = Path.of("/sys/fs/bpf/bpfaudit");

  /// Hooks that every kernel has, with what they alone watch. The rest is compared with what the
  /// tracer says of itself.
  private static final Map<String, Set<MapType>> KNOWN =
      Map.of(
          "link_update_hash", EnumSet.of(MapType.HASH),
          "link_update_array", EnumSet.of(MapType.ARRAY, MapType.PERCPU_ARRAY),
          "link_update_pcpu", EnumSet.of(MapType.PERCPU_HASH),
          "link_delete_lru", EnumSet.of(MapType.LRU_HASH, MapType.LRU_PERCPU_HASH),
          "link_update_fdhash", EnumSet.of(MapType.HASH_OF_MAPS),
          "link_released", EnumSet.noneOf(MapType.class),
          "link_mapped", EnumSet.noneOf(MapType.class),
          "link_left_mmap", EnumSet.noneOf(MapType.class),
          "link_loaded", EnumSet.noneOf(MapType.class));

  @TempDir private Path directory;

  @Test
  void eachTakenAwayBlindsTheTracerForItsMapsAndNoOthers() throws Exception {
    each(Set.of(HookKind.FENTRY, HookKind.TRACEPOINT));
  }

  @Test
  void likewiseWhereNoFunctionCanBeHooked() throws Exception {
    each(Set.of(HookKind.KPROBE, HookKind.TRACEPOINT));
  }

  private void each(Set<HookKind> kinds) throws Exception {
    try (Watch watch = new Watch(directory)) {
      TracerStatus whole = watch.install(kinds, Sizes.USUAL);
      Set<MapType> watched = complete(whole, whole);
      assertThat(watched).contains(MapType.PROG_ARRAY, MapType.DEVMAP);
      List<Path> links = links();
      assertThat(links).hasSizeGreaterThanOrEqualTo(3);
      Map<String, Set<MapType>> blinded = new TreeMap<>();
      for (Path link : links) {
        String name = link.getFileName().toString();
        Path away = link.resolveSibling("away");
        Files.move(link, away);
        TracerStatus without = watch.tracer().status().orElseThrow();
        Files.move(away, link);
        Set<MapType> lost = EnumSet.copyOf(watched);
        lost.removeAll(complete(whole, without));
        assertThat(lost).as(name).isEqualTo(retained(watched, flipped(whole, without)));
        blinded.put(name, lost);
      }
      KNOWN.forEach((name, types) -> {
        if (blinded.containsKey(name)) {
          assertThat(blinded.get(name)).as(name).isEqualTo(types);
        }
      });
      assertThat(complete(whole, watch.tracer().status().orElseThrow())).isEqualTo(watched);
      removedForGood(watch, watched, links.getFirst());
    }
  }

  /// A drain tells the same as the status.
  private static void removedForGood(Watch watch, Set<MapType> watched, Path link)
      throws IOException {
    watch.snapshot(Set.of()); // hooks were still being attached after the time before it began
    Observation before = watch.seen(watch.snapshot(Set.of()));
    assertThat(Completeness.types(undisturbed(before)))
        .as("%s %s", before.losses(), before.lapses())
        .isEqualTo(watched);
    Files.delete(link);
    Observation after = watch.seen(watch.snapshot(Set.of()));
    assertThat(watched).containsAll(Completeness.types(undisturbed(after)));
    assertThat(Completeness.types(undisturbed(after))).doesNotContain(MapType.UNKNOWN);
    assertThat(after.paths()).anyMatch(path -> path.state() instanceof WritePath.Blind);
  }

  private static List<Path> links() throws IOException {
    List<Path> links = new ArrayList<>();
    try (DirectoryStream<Path> pins = Files.newDirectoryStream(PINS, "link_*")) {
      pins.forEach(links::add);
    }
    links.sort(null);
    return links;
  }

  /// The types of the paths that are blind now and were not.
  private static Set<MapType> flipped(TracerStatus whole, TracerStatus now) {
    Set<WritePath> watchedStill = new HashSet<>(now.paths());
    Set<MapType> types = EnumSet.noneOf(MapType.class);
    for (WritePath path : whole.paths()) {
      if (!watchedStill.contains(path)
          && path.operations().stream().anyMatch(operation -> operation.writesEntries())) {
        types.addAll(path.types());
      }
    }
    return types;
  }

  private static Set<MapType> retained(Set<MapType> watched, Set<MapType> types) {
    Set<MapType> both = EnumSet.copyOf(watched);
    both.retainAll(types);
    return both;
  }

  private static Set<MapType> complete(TracerStatus whole, TracerStatus status) {
    return Completeness.types(
        undisturbed(
            new Observation(
                status.installation(),
                1,
                status.kind(),
                0,
                whole.installedNanos(),
                status.nowNanos(),
                status.paths(),
                status.losses(),
                List.of(),
                List.of())));
  }

  /// A busy kernel skips hooks where tasks are interrupted in them, which is another matter.
  private static Observation undisturbed(Observation seen) {
    return new Observation(
        seen.installation(),
        seen.generation(),
        seen.kind(),
        seen.seed(),
        seen.beganNanos(),
        seen.endedNanos(),
        seen.paths(),
        seen.losses().stream()
            .filter(loss -> !loss.what().contains("was skipped by the kernel"))
            .toList(),
        seen.lapses(),
        seen.writes());
  }
}
