package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.TableSink;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Maps that are larger than memory keep nobody from reading the others. Needs root.
@KernelTest
final class MapSizesTest {
  private static final long MEBIBYTE = 1 << 20;
  private static final long MOST = 1L << 31;

  private final ScratchMaps scratch = new ScratchMaps();
  private int largestValue;

  @AfterEach
  void close() {
    scratch.close();
  }

  @Test
  void leavesOutAValueThatMemoryCannotHold() {
    ScratchMap large = largestArray(0x1000_0000);
    assertThat(reason(read(large, 2, MEBIBYTE)))
        .matches(
            "it needs \\d{7,} bytes a value, more than bpfaudit can hold"
                + " \\(1048576 bytes of memory\\)");
    readsASmallOne();
  }

  @Test
  void leavesOutAValueThatNoArrayCanHold() {
    ScratchMap large = largestArray(Integer.MAX_VALUE);
    long mostBytes = largestValue == Integer.MAX_VALUE ? 2 * MOST : MEBIBYTE;
    assertThat(reason(read(large, 2, mostBytes)))
        .startsWith("it needs " + largestValue + " bytes a value");
    readsASmallOne();
  }

  @Test
  void leavesOutAnArrayWhoseEntriesMemoryCannotHold() {
    ScratchMap array = scratch.create(MapType.ARRAY, "long", 4, 8, 100_000, 0);
    assertThat(reason(read(array, 2, MEBIBYTE)))
        .startsWith("its 100000 entries need 1200000 bytes");
    assertThat(read(array, 2, 1_200_000)).isInstanceOf(Contents.Complete.class);
    ScratchMap hash = scratch.create(MapType.HASH, "empty", 4, 8, 100_000, ScratchMaps.NO_PREALLOC);
    assertThat(read(hash, 2, MEBIBYTE)).isInstanceOf(Contents.Complete.class);
  }

  @Test
  void countsAValueForEveryCpu() {
    ScratchMap map = scratch.create(MapType.PERCPU_ARRAY, "percpu", 4, 1 << 15, 1, 0);
    assertThat(reason(read(map, 100_000, 2 * MOST)))
        .startsWith("it needs 3276800000 bytes a value");
    readsASmallOne();
  }

  @Test
  void turnsSizesThatDoNotAddUpIntoAReason() {
    ScratchMap map = scratch.create(MapType.ARRAY, "odd", 4, 4, 1, 0);
    TableSink sink =
        (_, _) -> {
          throw new NegativeArraySizeException("-5");
        };
    assertThat(read(map, 2, MEBIBYTE, sink))
        .isEqualTo(
            new Contents.Unreadable(
                "bpfaudit cannot hold its 1 entries with keys of 4 and values of 4 bytes: -5"));
  }

  /// With one value of `valueSize` bytes or, where the kernel refuses that, of 3 MiB (before 5.16 4
  /// MiB is the most).
  private ScratchMap largestArray(int valueSize) {
    largestValue = valueSize;
    try {
      return scratch.create(MapType.ARRAY, "large", 4, valueSize, 1, 0);
    } catch (KernelException _) {
      largestValue = 3 << 20;
      return scratch.create(MapType.ARRAY, "large", 4, largestValue, 1, 0);
    }
  }

  private void readsASmallOne() {
    ScratchMap small = scratch.create(MapType.ARRAY, "small", 4, 4, 1, 0);
    assertThat(read(small, 2, MEBIBYTE)).isInstanceOf(Contents.Complete.class);
  }

  private static String reason(Contents contents) {
    assertThat(contents).isInstanceOf(Contents.Unreadable.class);
    return ((Contents.Unreadable) contents).reason();
  }

  private static Contents read(ScratchMap map, int cpus, long mostBytes) {
    return read(map, cpus, mostBytes, TableSink.inMemory());
  }

  private static Contents read(ScratchMap map, int cpus, long mostBytes, TableSink sink) {
    HostFacts host = new HostFacts("h", "host", "6.18", "boot", cpus);
    MapInfo info = new MapInfo(Pins.find());
    MapCapture capture = new MapCapture(host, CaptureRequest.everything(), sink, info, mostBytes);
    return switch (capture.capture(map.id(), _ -> {})) {
      case MapCapture.Opened(var state) -> state.orElseThrow().contents();
      case MapCapture.Shut shut -> throw new AssertionError(shut.reason());
    };
  }
}
