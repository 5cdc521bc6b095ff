package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.FlatTable;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sorting and de-duplicating rows, against a [TreeMap].
final class TableBuilderTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 8, 9, 12, 15, 16, 17, 24, 31, 64})
  void sortsAsATreeMapDoesAndKeepsTheLastOfEqualKeys(int keySize) {
    Random random = new Random(keySize);
    for (int round = 0; round < 40; round++) {
      int rows = random.nextInt(3000);
      int distinctBytes = 1 + random.nextInt(round % 2 == 0 ? 3 : 256);
      Map<Bytes, Bytes> expected = new TreeMap<>();
      TableBuilder builder = new TableBuilder(keySize, 5);
      for (int i = 0; i < rows; i++) {
        byte[] key = key(random, keySize, distinctBytes);
        byte[] value = new byte[5];
        random.nextBytes(value);
        builder.append(MemorySegment.ofArray(key), MemorySegment.ofArray(value));
        expected.put(Bytes.of(key), Bytes.of(value));
      }
      assertSame(builder.build(), expected);
    }
  }

  private static byte[] key(Random random, int size, int distinctBytes) {
    byte[] key = new byte[size];
    for (int i = 0; i < size; i++) {
      key[i] = (byte) (i < size / 2 && distinctBytes > 2 ? 0 : 255 - random.nextInt(distinctBytes));
    }
    return key;
  }

  private static void assertSame(FlatTable table, Map<Bytes, Bytes> expected) {
    assertThat(table.count()).isEqualTo(expected.size());
    long row = 0;
    for (Map.Entry<Bytes, Bytes> entry : expected.entrySet()) {
      assertThat(Bytes.of(table.key(row))).isEqualTo(entry.getKey());
      assertThat(Bytes.of(table.value(row))).isEqualTo(entry.getValue());
      row++;
    }
  }

  @Test
  void takesRowsThatAreLargerThanAChunk() {
    byte[] value = new byte[5 << 20];
    TableBuilder builder = new TableBuilder(1, value.length);
    for (int i = 2; i >= 0; i--) {
      value[0] = (byte) i;
      builder.append(MemorySegment.ofArray(new byte[] {(byte) i}), MemorySegment.ofArray(value));
    }
    FlatTable table = builder.build();
    assertThat(table.count()).isEqualTo(3);
    assertThat(table.value(2).get(java.lang.foreign.ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 2);
  }

  @Test
  void takesManyLongKeysWithOneBeginning() {
    byte[] key = new byte[4096];
    TableBuilder builder = new TableBuilder(key.length, 1);
    for (int i = 999; i >= 0; i--) {
      key[4094] = (byte) (i >> 8);
      key[4095] = (byte) i;
      builder.append(MemorySegment.ofArray(key), MemorySegment.ofArray(new byte[1]));
    }
    assertThat(builder.build().count()).isEqualTo(1000);
  }

  @Test
  void makesAnEmptyTableOfNoRows() {
    TableBuilder builder = new TableBuilder(4, 8);
    FlatTable table = builder.build();
    assertThat(table.count()).isZero();
    assertThat(table.keySize()).isEqualTo(4);
    assertThat(table.valueSize()).isEqualTo(8);
  }

  @Test
  void printsHowLongAMillionRowsTake() {
    Random random = new Random(1);
    byte[] keys = new byte[16 * 1_000_000];
    random.nextBytes(keys);
    MemorySegment values = MemorySegment.ofArray(new byte[32 * 1_000_000]);
    for (int round = 0; round < 3; round++) {
      TableBuilder builder = new TableBuilder(16, 32);
      builder.appendColumns(MemorySegment.ofArray(keys), values, 1_000_000);
      long began = System.nanoTime();
      FlatTable table = builder.build();
      System.out.printf(
          Locale.ROOT, "sorting %s: %.3f s%n", table, (System.nanoTime() - began) / 1e9);
      assertThat(table.count()).isEqualTo(1_000_000);
    }
  }
}
