package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Announcement;
import java.util.ArrayList;
import java.util.List;

/// A process that wrote to the tracer's own tables by system call, or let something else write
/// them: `struct hand` in `bpf/ledger.h`.
///
/// @param tables bits of `enum own_table`
/// @param lastNanos of its system calls, `CLOCK_BOOTTIME`
/// @param count how often that was noted
record Hand(
    long startedNanos,
    long pid,
    String comm,
    int tables,
    long firstNanos,
    long lastNanos,
    long count) {
  private static final int GIVEN_AWAY = 1 << 16;

  /// Names of the tables it wrote.
  List<String> tableNames() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < TracerFiles.TABLES.size(); i++) {
      if ((tables & 1 << i) != 0) {
        names.add(TracerFiles.TABLES.get(i));
      }
    }
    return names;
  }

  /// Whether it let a program, an iterator or a map of maps have one of them, which may have
  /// written since without a system call.
  boolean gaveAway() {
    return (tables & GIVEN_AWAY) != 0;
  }

  /// Whether it is that process; it may have run something else before.
  boolean isOf(Announcement announced) {
    return ProcessTable.ticks(startedNanos) == announced.startedTicks()
        && (announced.pid() == 0 || announced.pid() == pid);
  }

  /// Whether the same process did the same kind of thing.
  boolean isSame(Hand other) {
    return startedNanos == other.startedNanos && pid == other.pid && gaveAway() == other.gaveAway();
  }

  /// What one process did on two CPUs.
  Hand with(Hand other) {
    return new Hand(
        startedNanos,
        pid,
        comm,
        tables | other.tables,
        Math.min(firstNanos, other.firstNanos),
        Math.max(lastNanos, other.lastNanos),
        count + other.count);
  }
}
