package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.model.FlatTable;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LedgerGrowthTest {
  /// Rows of a key of one byte and a count.
  private static FlatTable rows(long... keysAndCounts) {
    MemorySegment data = MemorySegment.ofArray(new byte[keysAndCounts.length / 2 * 9]);
    for (int i = 0; i < keysAndCounts.length; i += 2) {
      long at = i / 2 * 9L;
      data.set(ValueLayout.JAVA_BYTE, at, (byte) keysAndCounts[i]);
      data.set(ValueLayout.JAVA_LONG_UNALIGNED, at + 1, keysAndCounts[i + 1]);
    }
    return FlatTable.ofSorted(1, 8, data);
  }

  private static List<String> growth(FlatTable before, FlatTable now) {
    List<String> grown = new ArrayList<>();
    LedgerGrowth.of(
        before,
        now,
        new LedgerGrowth.Grown() {
          @Override
          public void row(MemorySegment key, MemorySegment value, long by) {
            grown.add(key.get(ValueLayout.JAVA_BYTE, 0) + " +" + by);
          }

          @Override
          public void gone(MemorySegment key, MemorySegment value) {
            grown.add(key.get(ValueLayout.JAVA_BYTE, 0) + " gone");
          }
        });
    return grown;
  }

  @Test
  void tellsNewRowsAndThoseThatWereCountedUp() {
    assertThat(growth(rows(2, 5, 4, 1), rows(1, 7, 2, 8, 4, 1, 9, 2)))
        .containsExactly("1 +7", "2 +3", "9 +2");
  }

  @Test
  void tellsWhatIsGoneAndNothingOfWhatIsAsItWas() {
    assertThat(growth(rows(1, 1, 2, 2, 3, 3), rows(2, 2))).containsExactly("1 gone", "3 gone");
    assertThat(growth(rows(1, 1), rows())).containsExactly("1 gone");
    assertThat(growth(rows(2, 1, 4, 1), rows(3, 2))).containsExactly("2 gone", "3 +2", "4 gone");
  }

  @Test
  void takesARowThatCountsLessForAnother() {
    assertThat(growth(rows(1, 9), rows(1, 4))).containsExactly("1 +4");
  }

  @Test
  void countsARowOnceThatIsSeenBeforeItsFirstWriteIsCounted() {
    assertThat(growth(rows(), rows(1, 0))).containsExactly("1 +1");
    assertThat(growth(rows(1, 0), rows(1, 1))).isEmpty();
  }
}
