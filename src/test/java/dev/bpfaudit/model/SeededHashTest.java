package dev.bpfaudit.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SeededHashTest {
  private static final long SEED = 0x0123456789abcdefL;

  @Test
  void dependsOnTheSeed() {
    Bytes bytes = Bytes.fromHex("2a00000000000000");
    assertThat(SeededHash.of(SEED, bytes)).isNotEqualTo(SeededHash.of(SEED + 1, bytes));
  }

  @Test
  void tellsBytesFromTheSameWithZerosBehind() {
    assertThat(SeededHash.of(SEED, Bytes.fromHex("2a")))
        .isNotEqualTo(SeededHash.of(SEED, Bytes.fromHex("2a00")));
  }

  @Test
  void coversEveryByteUpToTheLimit() {
    byte[] bytes = new byte[SeededHash.MOST_BYTES];
    long before = SeededHash.of(SEED, Bytes.of(bytes));
    for (int i = 0; i < bytes.length; i += 63) {
      bytes[i] = 1;
      assertThat(SeededHash.of(SEED, Bytes.of(bytes))).isNotEqualTo(before);
      bytes[i] = 0;
    }
  }

  @Test
  void refusesWhatTheKernelCannotHash() {
    Bytes tooLong = Bytes.of(new byte[SeededHash.MOST_BYTES + 1]);
    assertThatThrownBy(() -> SeededHash.of(SEED, tooLong))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
