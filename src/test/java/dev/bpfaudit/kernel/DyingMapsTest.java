package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/// How long a map that cannot be opened may be listed.
final class DyingMapsTest {
  private static final Set<Long> SUSPECTS = Set.of(7L, 8L);

  private static Set<Long> ended(Duration patience, List<Set<Long>> lists) {
    return DyingMaps.ended(SUSPECTS, oneAfterTheOther(lists), patience);
  }

  /// The last for ever.
  private static Supplier<Set<Long>> oneAfterTheOther(List<Set<Long>> lists) {
    Queue<Set<Long>> left = new ArrayDeque<>(lists);
    return () -> left.size() > 1 ? left.remove() : left.element();
  }

  @Test
  void waitsUntilTheKernelHasTakenTheIdsAway() {
    assertThat(
            ended(
                Duration.ofMinutes(1),
                List.of(Set.of(1L, 7L, 8L), Set.of(1L, 7L, 8L), Set.of(1L, 8L, 9L), Set.of(1L))))
        .isEqualTo(SUSPECTS);
  }

  @Test
  void whatIsListedAfterAllThatTimeIsNotDying() {
    assertThat(ended(Duration.ofMillis(50), List.of(Set.of(7L, 8L), Set.of(8L))))
        .containsExactly(7L);
  }

  @Test
  void whatWasGoneOnceHasEnded() {
    assertThat(ended(Duration.ofMillis(50), List.of(Set.of(8L), Set.of(7L, 8L))))
        .containsExactly(7L);
  }

  @Test
  void asksNobodyWhereNothingIsSuspected() {
    assertThat(
            DyingMaps.ended(
                Set.of(),
                () -> {
                  throw new AssertionError();
                },
                Duration.ZERO))
        .isEmpty();
  }
}
