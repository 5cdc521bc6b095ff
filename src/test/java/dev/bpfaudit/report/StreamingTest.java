package dev.bpfaudit.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.diff.EntryChanges;
import dev.bpfaudit.diff.MapChange;
import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.MapType;
import java.io.IOException;
import java.io.Writer;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A report is written as it is walked, not gathered first.
class StreamingTest {
  private static final int ENTRIES = 100_000;
  private static final int VALUE = 1024;
  private static final long ROOM = 64L << 20;

  @ParameterizedTest
  @EnumSource(Format.class)
  void aHundredThousandChangesAreWrittenInBoundedMemory(Format format) throws IOException {
    AuditReport report = report();
    Watcher out = new Watcher();
    Facts.renderer(false, true).render(report, format, out);
    assertThat(out.written).isGreaterThan(2L * ENTRIES * VALUE);
    assertThat(out.most - out.least).isLessThan(ROOM);
  }

  /// 100 MB of table, which is far more than may be held besides.
  private static AuditReport report() {
    ByteBuffer rows = ByteBuffer.allocate(ENTRIES * (4 + VALUE));
    for (int i = 0; i < ENTRIES; i++) {
      rows.putInt(i).position(rows.position() + VALUE);
    }
    FlatTable table = FlatTable.ofSorted(4, VALUE, MemorySegment.ofArray(rows.array()));
    FlatTable none = FlatTable.empty(4, VALUE);
    BpfMap map = Facts.map(7, MapType.HASH, "big", 4, VALUE);
    MapState was = Facts.complete(map, none);
    MapState is = Facts.complete(map, table);
    EntryChanges entries = EntryChanges.between(none, table);
    SnapshotDiff diff =
        new SnapshotDiff(
            Facts.snapshot(1, Duration.ZERO, List.of(was), 0),
            Facts.snapshot(2, Duration.ofMinutes(1), List.of(is), 0),
            List.of(new MapChange.Compared(was, is, false, List.of(), entries)),
            0);
    return Facts.untraced("diff", diff);
  }

  /// Drops what is written and looks, each 32 MB, at what lives on the heap.
  private static final class Watcher extends Writer {
    private static final long STEP = 32L << 20;

    private long written;
    private long next = STEP;
    private long least = Long.MAX_VALUE;
    private long most;

    @Override
    public void write(char[] buffer, int offset, int length) {
      written += length;
      if (written >= next) {
        next += STEP;
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        long used = runtime.totalMemory() - runtime.freeMemory();
        least = Math.min(least, used);
        most = Math.max(most, used);
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }
}
