package dev.bpfaudit.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.Tracing;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GrowthTest {
  private static final int MAPS = 100;
  private static final int SNAPSHOTS = 100;

  @TempDir private Path directory;

  @Test
  void growsLittleWhileNothingChanges() throws IOException {
    List<FlatTable> tables =
        IntStream.range(0, MAPS).mapToObj(i -> Samples.random(i, 20, 16)).toList();
    long before = recordOnce(tables, 0);
    long after = before;
    for (int i = 1; i <= SNAPSHOTS; i++) {
      after = recordOnce(tables, i);
    }
    long perSnapshot = (after - before) / SNAPSHOTS;
    System.out.printf("store growth: %d bytes for each unchanged snapshot%n", perSnapshot);
    assertThat(perSnapshot).isLessThan(64 * MAPS + 4096);
  }

  @Test
  void growsLittleWhileATracerSeesNothing() throws IOException {
    List<FlatTable> tables = List.of(Samples.random(1, 20, 16));
    long before = recordOnce(tables, 0, BusyTracing.of(1, 0));
    long after = before;
    for (int i = 1; i <= SNAPSHOTS; i++) {
      after = recordOnce(tables, i, BusyTracing.of(i + 1, 0));
    }
    long perSnapshot = (after - before) / SNAPSHOTS;
    System.out.printf("store growth: %d bytes for each drain of nothing%n", perSnapshot);
    assertThat(perSnapshot).isLessThan(4096);
  }

  @Test
  void keepsAFullLedgerSmall() throws IOException {
    List<FlatTable> tables = List.of(Samples.random(1, 20, 16));
    long before = recordOnce(tables, 0);
    Tracing busy = BusyTracing.of(1, 32_768);
    long began = System.nanoTime();
    long after = recordOnce(tables, 1, busy);
    long millis = (System.nanoTime() - began) / 1_000_000;
    System.out.printf("store growth: %d bytes for 32768 writes, %d ms%n", after - before, millis);
    assertThat(after - before).isLessThan(2_000_000);
    try (Store store = Store.openExisting(directory, said -> {})) {
      assertThat(store.tracing(store.log(Samples.HOST.id()).getFirst())).isEqualTo(busy);
    }
  }

  private long recordOnce(List<FlatTable> tables, long minute) throws IOException {
    return recordOnce(tables, minute, new Tracing.NotTraced("no tracer was installed"));
  }

  private long recordOnce(List<FlatTable> tables, long minute, Tracing tracing) throws IOException {
    try (Store store = Store.open(directory, said -> {})) {
      Samples.record(
          store,
          Samples.capture(Samples.HOST, Samples.NOON.plusSeconds(60 * minute), tables),
          tracing);
    }
    return Files.size(directory.resolve("store.mv.db"));
  }

  @Test
  void storesASmallChangeOfALargeMapAsADelta() throws IOException {
    FlatTable table = Samples.random(1, 50_000, 16);
    long before = recordOnce(List.of(table), 0);
    byte[] bytes = table.data().toArray(ValueLayout.JAVA_BYTE);
    for (int i = 1; i <= 20; i++) {
      bytes[i * 20_000 + 5] ^= 1;
      byte[] copy = bytes.clone();
      recordOnce(List.of(FlatTable.ofSorted(4, 16, MemorySegment.ofArray(copy))), i);
    }
    long after = Files.size(directory.resolve("store.mv.db"));
    assertThat(before).isGreaterThan(1_000_000);
    assertThat(after - before).as("20 whole tables would be 20 MB").isLessThan(2_500_000);
  }
}
