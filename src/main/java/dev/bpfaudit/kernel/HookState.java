package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;

/// What became of one hook when it was attached; a row of the pinned table `hooks`, under the name
/// of its program.
///
/// @param sinceNanos `CLOCK_BOOTTIME` when it was attached, 0 if it was not
/// @param linkId of the link
/// @param programId of the program
/// @param misses calls the kernel had skipped when that was last counted
/// @param why the refusal, empty if it was attached
record HookState(long sinceNanos, long linkId, long programId, long misses, String why) {
  static final int KEY_SIZE = 16;
  static final int VALUE_SIZE = 256;
  static final int ROWS = 128;

  private static final int WHY_AT = 32;
  private static final int WHY_BYTES = 200;

  static HookState refused(String why) {
    return new HookState(0, 0, 0, 0, why);
  }

  boolean attached() {
    return sinceNanos != 0;
  }

  HookState counted(long newMisses) {
    return new HookState(sinceNanos, linkId, programId, newMisses, why);
  }

  static MemorySegment key(Hook hook, Arena arena) {
    MemorySegment key = arena.allocate(KEY_SIZE);
    key.setString(0, hook.program(), StandardCharsets.US_ASCII);
    return key;
  }

  static HookState read(MemorySegment from) {
    return new HookState(
        from.get(ValueLayout.JAVA_LONG, 0),
        from.get(ValueLayout.JAVA_LONG, 8),
        from.get(ValueLayout.JAVA_LONG, 16),
        from.get(ValueLayout.JAVA_LONG, 24),
        from.getString(WHY_AT, StandardCharsets.UTF_8));
  }

  MemorySegment write(Arena arena) {
    MemorySegment to = arena.allocate(VALUE_SIZE, 8);
    to.set(ValueLayout.JAVA_LONG, 0, sinceNanos);
    to.set(ValueLayout.JAVA_LONG, 8, linkId);
    to.set(ValueLayout.JAVA_LONG, 16, programId);
    to.set(ValueLayout.JAVA_LONG, 24, misses);
    String text = why.length() > WHY_BYTES ? why.substring(0, WHY_BYTES) : why;
    to.setString(WHY_AT, text, StandardCharsets.US_ASCII);
    return to;
  }
}
