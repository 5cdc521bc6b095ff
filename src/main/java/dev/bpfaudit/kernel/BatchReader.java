package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import me.bechberger.ebpf.bpf.raw.Lib_1;

/// Reads entries with `BPF_MAP_LOOKUP_BATCH`.
///
/// There are two kinds of cursor: hashes give the number of the next bucket, 4 bytes however short
/// the key (`__htab_map_lookup_and_delete_batch` in `kernel/bpf/hashtab.c`), everything else the
/// last key (`generic_map_lookup_batch` in `kernel/bpf/syscall.c`). Both fit `max(4, key size)`. A
/// hash hands out a bucket whole, and says ENOSPC if one alone is larger than the room.
final class BatchReader {
  private static final int ROWS = 4096;
  private static final int BUFFER_BYTES = 1 << 20;
  private static final long LARGEST_BUFFER_BYTES = 1 << 30;
  private static final int PATIENCE = 64;

  private final MapShape shape;
  private final TableBuilder into;
  private final int firstRoom;

  BatchReader(MapShape shape, TableBuilder into) {
    this(shape, into, Math.clamp(BUFFER_BYTES / shape.rowSize(), 1, ROWS));
  }

  /// @param firstRoom rows a call may return, to begin with
  BatchReader(MapShape shape, TableBuilder into, int firstRoom) {
    this.shape = shape;
    this.into = into;
    this.firstRoom = Math.clamp(shape.maxEntries(), 1, firstRoom);
  }

  ReadingEnd read() {
    try (Arena arena = Arena.ofConfined()) {
      Cursor cursor = new Cursor(arena, Math.max(Integer.BYTES, shape.keySize()));
      Room room = new Room(arena, shape, firstRoom);
      int patience = PATIENCE;
      for (long calls = 0; calls < shape.mostRows() && !tooMany(); calls++) {
        int failed = call(cursor, room);
        if (failed == -Errno.ENOSPC && room.canDouble()) {
          room = room.doubled();
          continue;
        }
        if (failed < 0 && failed != -Errno.ENOENT && !Errno.isPassing(failed)) {
          return refused(failed);
        }
        int rows = room.moveTo(into);
        if (failed == -Errno.ENOENT) {
          return new ReadingEnd.Whole();
        }
        if (rows > 0) {
          cursor.advance();
        } else if (--patience == 0) {
          return stuck(failed);
        }
      }
      return new ReadingEnd.CutShort(
          "lookup_batch: stopped after " + into.count() + " entries, the map changes too fast");
    }
  }

  private boolean tooMany() {
    return into.count() > shape.mostRows();
  }

  private int call(Cursor cursor, Room room) {
    room.count.set(ValueLayout.JAVA_INT, 0, room.rows);
    return Lib_1.bpf_map_lookup_batch(
        shape.fd(),
        cursor.in(),
        cursor.out,
        room.keys,
        room.values,
        room.count,
        MemorySegment.NULL);
  }

  private ReadingEnd refused(int errno) {
    String reason = "lookup_batch: " + Errno.describe(errno);
    return Errno.isUnsupported(errno) && into.count() == 0
        ? new ReadingEnd.WrongWay(reason)
        : new ReadingEnd.CutShort(reason);
  }

  /// Before 6.14 the generic batch answers EINTR for ever at an empty slot of an `array_of_maps`;
  /// other ways of reading get past it.
  private static ReadingEnd stuck(int errno) {
    return new ReadingEnd.WrongWay("lookup_batch: " + Errno.describe(errno));
  }

  /// Buffers for the rows of one call.
  private static final class Room {
    private final Arena arena;
    private final MapShape shape;
    private final int rows;
    private final MemorySegment keys;
    private final MemorySegment values;
    private final MemorySegment count;

    Room(Arena arena, MapShape shape, int rows) {
      this.arena = arena;
      this.shape = shape;
      this.rows = rows;
      this.keys = arena.allocate((long) rows * shape.keySize(), 8);
      this.values = arena.allocate((long) rows * shape.valueSize(), 8);
      this.count = arena.allocate(ValueLayout.JAVA_INT);
    }

    boolean canDouble() {
      return 2L * rows * shape.rowSize() <= LARGEST_BUFFER_BYTES;
    }

    Room doubled() {
      return new Room(arena, shape, 2 * rows);
    }

    /// The kernel writes the count before it does anything else, so it is right after every error
    /// but "unsupported" and "not permitted".
    int moveTo(TableBuilder into) {
      int filled = Math.clamp(count.get(ValueLayout.JAVA_INT, 0), 0, rows);
      into.appendColumns(keys, values, filled);
      return filled;
    }
  }

  /// Where the next call begins: at the first entry until a call has succeeded.
  private static final class Cursor {
    private MemorySegment before;
    private MemorySegment out;
    private boolean atStart = true;

    Cursor(Arena arena, int size) {
      this.before = arena.allocate(size, 8);
      this.out = arena.allocate(size, 8);
    }

    MemorySegment in() {
      return atStart ? MemorySegment.NULL : before;
    }

    void advance() {
      MemorySegment next = out;
      out = before;
      before = next;
      atStart = false;
    }
  }
}
