package dev.bpfaudit.cli;

import java.util.OptionalLong;
import java.util.function.LongSupplier;

/// Time as `watch` has it: `CLOCK_BOOTTIME`, and none left soon after the process was told to end.
final class Patience {
  private static final long LAST_NANOS = 5_000_000_000L;

  private final Pace pace;
  private final LongSupplier clock;
  private OptionalLong endedAt = OptionalLong.empty();

  Patience(Pace pace, LongSupplier clock) {
    this.pace = pace;
    this.clock = clock;
  }

  long now() {
    return clock.getAsLong();
  }

  void pause(long nanos) {
    pace.pause(nanos);
  }

  /// Whether the process was told to end.
  boolean ended() {
    return pace.ended();
  }

  /// Whether it may still wait for somebody else.
  boolean left() {
    if (!ended()) {
      return true;
    }
    endedAt = OptionalLong.of(endedAt.orElse(now()));
    return now() - endedAt.getAsLong() < LAST_NANOS;
  }
}
