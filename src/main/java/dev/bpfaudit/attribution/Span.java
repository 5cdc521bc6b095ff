package dev.bpfaudit.attribution;

import dev.bpfaudit.model.ObservedWrite;

/// A time of one boot, both ends included: nanoseconds of `CLOCK_BOOTTIME`.
record Span(long beganNanos, long endedNanos) {
  static final Span ALWAYS = new Span(0, Long.MAX_VALUE);

  boolean holds(long nanos) {
    return beganNanos <= nanos && nanos <= endedNanos;
  }

  /// Whether any of the writes counted together may have been in this time.
  boolean touches(ObservedWrite write) {
    return write.firstNanos() <= endedNanos && write.lastNanos() >= beganNanos;
  }

  /// Whether one of them was for sure: of those between the first and the last nobody knows when.
  boolean surelyHolds(ObservedWrite write) {
    return holds(write.firstNanos()) || holds(write.lastNanos());
  }
}
