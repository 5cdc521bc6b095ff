package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.FlatTable;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sorting and de-duplicating rows, against a [TreeMap].
final class TableBuilderTest {

  private static final int LARGEST_ARRAY = 1 << 30;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 8, 9, 12, 15, 16, 17, 24, 31, 64})
  void sortsAsATreeMapDoesAndKeepsTheLastOfEqualKeys(int keySize) {
    Random random = new Random(keySize);
    for (int round = 0; round < 40; round++) {
      compareWithATreeMap(random, new TableBuilder(keySize, 5), keySize, 5, random.nextInt(3000));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 7, 8, 9, 12, 15, 16, 17, 24, 31, 64})
  void mergesManyChunksAsATreeMapDoesAndKeepsTheLastOfEqualKeys(int keySize) {
    Random random = new Random(keySize);
    for (int round = 0; round < 60; round++) {
      int valueSize = round % 3 == 0 ? 0 : 5;
      int chunkBytes = 1 + random.nextInt((keySize + valueSize) * 200);
      int largestArray = round % 4 == 0 ? 0 : LARGEST_ARRAY;
      TableBuilder builder = new TableBuilder(keySize, valueSize, chunkBytes, largestArray);
      compareWithATreeMap(random, builder, keySize, valueSize, random.nextInt(3000));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 31, 32, 33, 47, 48, 49, 160})
  void takesAnyNumberOfRowsBesideTheLimitsOfChunks(int rows) {
    Random random = new Random(rows);
    for (int round = 0; round < 40; round++) {
      compareWithATreeMap(random, new TableBuilder(9, 5, 16 * 14, LARGEST_ARRAY), 9, 5, rows);
    }
  }

  @Test
  void mergesALargerTableOutsideTheHeapBlockByBlock() {
    TableBuilder builder = new TableBuilder(12, 500, 1 << 16, 0);
    compareWithATreeMap(new Random(1), builder, 12, 500, 30_000);
  }

  private static void compareWithATreeMap(
      Random random, TableBuilder builder, int keySize, int valueSize, int rows) {
    Map<Bytes, Bytes> expected = new TreeMap<>();
    int distinctBytes = 1 + random.nextInt(random.nextBoolean() ? 3 : 256);
    byte[] keys = new byte[rows * keySize];
    byte[] values = new byte[rows * valueSize];
    random.nextBytes(values);
    for (int i = 0; i < rows; i++) {
      byte[] key = key(random, keySize, distinctBytes);
      System.arraycopy(key, 0, keys, i * keySize, keySize);
      byte[] value = Arrays.copyOfRange(values, i * valueSize, (i + 1) * valueSize);
      expected.put(Bytes.of(key), Bytes.of(value));
    }
    append(random, builder, keys, values, keySize, valueSize, rows);
    assertThat(builder.count()).isEqualTo(rows);
    assertSame(builder.build(), expected);
  }

  /// In batches of any size, sometimes of one row.
  private static void append(
      Random random,
      TableBuilder builder,
      byte[] keys,
      byte[] values,
      int keySize,
      int valueSize,
      int rows) {
    int most = random.nextBoolean() ? 1 : 1000;
    int done = 0;
    while (done < rows) {
      int taken = Math.min(rows - done, 1 + random.nextInt(most));
      builder.appendColumns(
          MemorySegment.ofArray(keys).asSlice((long) done * keySize),
          MemorySegment.ofArray(values).asSlice((long) done * valueSize),
          taken);
      done += taken;
    }
  }

  private static byte[] key(Random random, int size, int distinctBytes) {
    byte[] key = new byte[size];
    for (int i = 0; i < size; i++) {
      key[i] = (byte) (i < size / 2 && distinctBytes > 2 ? 0 : 255 - random.nextInt(distinctBytes));
    }
    return key;
  }

  @Test
  void keepsTheLastOfRowsWithoutKeys() {
    for (int rows : new int[] {1, 2, 5}) {
      TableBuilder builder = new TableBuilder(0, 1, 2, LARGEST_ARRAY);
      for (int i = 1; i <= rows; i++) {
        builder.append(MemorySegment.NULL, MemorySegment.ofArray(new byte[] {(byte) i}));
      }
      FlatTable table = builder.build();
      assertThat(Bytes.of(table.data())).isEqualTo(Bytes.of(new byte[] {(byte) rows}));
    }
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
