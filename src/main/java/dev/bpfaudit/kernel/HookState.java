package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Bytes;
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
/// @param offNanos `CLOCK_BOOTTIME` since when it was found not to be called; 0 if it was at the
///   last drain
/// @param tag of the program
record HookState(
    long sinceNanos,
    long linkId,
    long programId,
    long misses,
    String why,
    long offNanos,
    Bytes tag) {
  static final int KEY_SIZE = 16;
  static final int VALUE_SIZE = 256;
  static final int ROWS = 128;

  private static final int WHY_AT = 32;
  private static final int WHY_BYTES = 200;
  private static final int OFF_AT = 232;
  private static final int TAG_AT = 240;
  private static final int TAG_BYTES = 8;

  static HookState refused(String why) {
    return new HookState(0, 0, 0, 0, why, 0, Bytes.of(new byte[TAG_BYTES]));
  }

  static HookState attached(long nowNanos, PinnedObject.LinkFacts link) {
    return new HookState(nowNanos, link.id(), link.programId(), 0, "", 0, link.tag());
  }

  /// Older builds did not keep it.
  boolean knowsTag() {
    return !tag.equals(Bytes.of(new byte[TAG_BYTES]));
  }

  boolean attached() {
    return sinceNanos != 0;
  }

  HookState counted(long newMisses) {
    return new HookState(sinceNanos, linkId, programId, newMisses, why, offNanos, tag);
  }

  HookState off(long nanos) {
    return new HookState(sinceNanos, linkId, programId, misses, why, nanos, tag);
  }

  /// What stays as long as the hook does, as bytes.
  Bytes identity(Hook hook) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment row = counted(0).off(0).write(arena);
      MemorySegment all = arena.allocate(KEY_SIZE + VALUE_SIZE);
      MemorySegment.copy(key(hook, arena), 0, all, 0, KEY_SIZE);
      MemorySegment.copy(row, 0, all, KEY_SIZE, VALUE_SIZE);
      return Bytes.of(all);
    }
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
        from.getString(WHY_AT, StandardCharsets.US_ASCII),
        from.get(ValueLayout.JAVA_LONG, OFF_AT),
        Bytes.of(from.asSlice(TAG_AT, TAG_BYTES)));
  }

  MemorySegment write(Arena arena) {
    MemorySegment to = arena.allocate(VALUE_SIZE, 8);
    to.set(ValueLayout.JAVA_LONG, 0, sinceNanos);
    to.set(ValueLayout.JAVA_LONG, 8, linkId);
    to.set(ValueLayout.JAVA_LONG, 16, programId);
    to.set(ValueLayout.JAVA_LONG, 24, misses);
    String text = why.length() > WHY_BYTES ? why.substring(0, WHY_BYTES) : why;
    to.setString(WHY_AT, text, StandardCharsets.US_ASCII);
    to.set(ValueLayout.JAVA_LONG, OFF_AT, offNanos);
    MemorySegment.copy(tag.asSegment(), 0, to, TAG_AT, TAG_BYTES);
    return to;
  }
}
