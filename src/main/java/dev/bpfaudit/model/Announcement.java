package dev.bpfaudit.model;

/// A process of bpfaudit that said beforehand that it would write to the tracer's own tables.
///
/// @param pid in the first namespace of processes; 0 if it could not know that
/// @param startedTicks when it started, field 22 of `/proc/PID/stat`, in hundredths of a second
///   since the machine did
/// @param atNanos when it said so, `CLOCK_BOOTTIME`: what it did before, under another name, it may
///   not have been allowed to
public record Announcement(long pid, long startedTicks, long atNanos) {
  /// Whether the same process said it.
  public boolean isSameProcess(Announcement other) {
    return pid == other.pid && startedTicks == other.startedTicks;
  }
}
