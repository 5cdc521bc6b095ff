package dev.bpfaudit.model;

/// When the entries of one map were read: nanoseconds of `CLOCK_BOOTTIME`, from just before the
/// first system call to just after the last.
public record ReadingWindow(long beganNanos, long endedNanos) {
  public ReadingWindow {
    if (endedNanos < beganNanos) {
      throw new IllegalArgumentException("window ends before it begins");
    }
  }
}
