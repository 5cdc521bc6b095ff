package dev.bpfaudit.report;

import org.jspecify.annotations.Nullable;

/// How many lines one source may have: ten at once, and one every five seconds in the long run.
/// What finds no room is folded into one line.
final class LiveRoom {
  private static final int BURST = 10;
  private static final long LINE_NANOS = 5_000_000_000L;

  private long fullAt;
  private @Nullable LiveFold waiting;

  LiveRoom(long now) {
    fullAt = now;
  }

  /// Whether `written` gets a line. If not, it waits with others for one.
  boolean takes(long now, Written written) {
    if (waiting == null && lines(now) > 1) { // the last is kept for what is folded
      spend(now);
      return true;
    }
    waiting = waiting == null ? new LiveFold(written) : waiting.and(written);
    return false;
  }

  /// What waited, if there is a line for it.
  @Nullable LiveFold due(long now) {
    if (waiting == null || lines(now) < 1) {
      return null;
    }
    spend(now);
    return rest();
  }

  /// What waited.
  @Nullable LiveFold rest() {
    LiveFold fold = waiting;
    waiting = null;
    return fold;
  }

  /// Whether it is as a new one.
  boolean idle(long now) {
    return waiting == null && fullAt <= now;
  }

  private long lines(long now) {
    return BURST - (Math.max(0, fullAt - now) + LINE_NANOS - 1) / LINE_NANOS;
  }

  private void spend(long now) {
    fullAt = Math.max(now, fullAt) + LINE_NANOS;
  }
}
