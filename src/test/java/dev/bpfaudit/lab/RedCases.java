package dev.bpfaudit.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What a broken kernel would do to the tests; run in a guest only, by [RedLaboratoryIT].
@Tag("red")
final class RedCases {
  @Test
  void fails() {
    assertThat("this kernel").isEqualTo("a good one");
  }

  @Test
  void isSkippedThoughNobodyExpectsIt() {
    Assumptions.abort("for no good reason");
  }
}
