package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.TableSink;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A capture changes no map and leaves nothing behind. Needs root and bpftool.
@KernelTest
final class HarmlessCaptureTest {
  private static final long SCHED_SETAFFINITY = 203;

  private final LiveKernel kernel = new LiveKernel(Clock.systemUTC());

  @Test
  void leavesEveryMapAsItWas() throws IOException {
    KernelTypes types = KernelTypes.read();
    try (MapZoo zoo = new MapZoo(types, kernel.host().possibleCpus())) {
      List<Integer> maps = new ArrayList<>();
      for (int type = 1; type <= types.highestMapType(); type++) {
        int map = zoo.make(type);
        if (map >= 0) {
          maps.add(map);
        }
      }
      List<String> before = maps.stream().map(HarmlessCaptureTest::dump).toList();
      for (int i = 0; i < 3; i++) {
        kernel.capture(CaptureRequest.everything(), TableSink.inMemory(), Progress.NONE);
      }
      assertThat(maps.stream().map(HarmlessCaptureTest::dump)).isEqualTo(before);
    }
  }

  /// Facts and, where bpftool can list the type, entries.
  private static String dump(int map) {
    String id = Long.toString(RawBpf.mapId(map));
    String facts = Command.run(List.of("bpftool", "-j", "map", "show", "id", id));
    return facts + Command.attempt(List.of("bpftool", "-j", "map", "dump", "id", id));
  }

  @Test
  void leavesNoMapAndNoDescriptorBehind() {
    kernel.capture(CaptureRequest.everything(), TableSink.inMemory(), Progress.NONE);
    kernel.probe();
    int descriptors = Descriptors.count();
    Set<Long> ours = Set.copyOf(held());
    try (ScratchMaps scratch = new ScratchMaps()) {
      ScratchMap map = scratch.create(MapType.HASH, "kept", 4, 4, 4, 0);
      kernel.capture(CaptureRequest.everything(), TableSink.inMemory(), Progress.NONE);
      kernel.maps();
      kernel.probe();
      assertThat(kernel.maps()).extracting(m -> m.id()).contains(map.id());
      assertThat(held()).containsExactlyInAnyOrderElementsOf(with(ours, map.id()));
    }
    assertThat(held()).containsExactlyInAnyOrderElementsOf(ours);
    assertThat(Descriptors.count()).isEqualTo(descriptors);
  }

  private static List<Long> with(Set<Long> ids, long more) {
    List<Long> all = new ArrayList<>(ids);
    all.add(more);
    return all;
  }

  /// Ids of the maps this process holds open. (Others may come and go on a shared machine.)
  private static List<Long> held() {
    return Descriptors.open().bpf().entrySet().stream()
        .filter(fd -> fd.getValue().contains("bpf-map"))
        .map(fd -> RawBpf.mapId(Integer.parseInt(fd.getKey())))
        .toList();
  }

  /// Two LRU hashes with one history, one of them captured again and again: what they forget when
  /// they overflow is the same. One CPU, because each has its own list.
  @Test
  void doesNotChangeWhatAnLruHashForgets() throws InterruptedException {
    List<Throwable> failed = new ArrayList<>();
    Thread pinned =
        Thread.ofPlatform()
            .uncaughtExceptionHandler((_, failure) -> failed.add(failure))
            .start(this::compareLruHashes);
    pinned.join();
    assertThat(failed).isEmpty();
  }

  private void compareLruHashes() {
    stayOnOneCpu();
    try (ScratchMaps scratch = new ScratchMaps()) {
      ScratchMap read = scratch.create(MapType.LRU_HASH, "read", 4, 4, 1000, 0);
      ScratchMap alone = scratch.create(MapType.LRU_HASH, "alone", 4, 4, 1000, 0);
      fill(read, 0, 1000);
      fill(alone, 0, 1000);
      for (int i = 0; i < 5; i++) {
        long id = read.id();
        kernel.capture(
            new CaptureRequest(m -> m.id() == id, false), TableSink.inMemory(), Progress.NONE);
      }
      fill(read, 1000, 400);
      fill(alone, 1000, 400);
      Set<?> kept = RawBpf.entries(read.fd(), 4, 4).keySet();
      assertThat(kept).isEqualTo(RawBpf.entries(alone.fd(), 4, 4).keySet());
    }
  }

  private static void fill(ScratchMap map, int first, int count) {
    for (int i = first; i < first + count; i++) {
      map.update(RawBpf.u32(i), RawBpf.u32(i));
    }
  }

  private static void stayOnOneCpu() {
    try (Arena arena = Arena.ofConfined()) {
      long mask = arena.allocateFrom(ValueLayout.JAVA_LONG, 1).address();
      RawBpf.ok("affinity", RawBpf.call(SCHED_SETAFFINITY, 0, 8, mask, 0, 0));
    }
  }
}
