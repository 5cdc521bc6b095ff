package dev.bpfaudit.kernel;

import static java.lang.Integer.toUnsignedLong;

import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.KernelText;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.Task;
import dev.bpfaudit.model.Variation;
import dev.bpfaudit.model.WrittenKey;
import dev.bpfaudit.model.WrittenValue;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/// Rows of the ledger's tables of writes: `struct write_key` and `struct write` in `bpf/ledger.h`.
final class LedgerRows {
  static final int KEY_SIZE = 32;
  static final int VALUE_SIZE = 224;

  /// Of a tracer that does not tell whether values varied.
  static final int FIRST_VALUE_SIZE = 192;

  private static final int KEPT_BYTES = 64;
  private static final int OTHER_BYTES = 16;
  private static final int ORIGIN_CALL = 0;
  private static final int ORIGIN_PROGRAM = 1;
  private static final int ORIGIN_UNKNOWN = 2;
  private static final int FLAG_BATCH = 1;
  private static final int FLAG_DOUBTFUL = 2;
  private static final int FLAG_KEY_UNKNOWN = 4;
  private static final int FLAG_WHOLE = 8;
  private static final int VALUE_NONE = 0;
  private static final int VALUE_HASHED = 1;
  private static final int VALUE_UNKNOWN = 2;
  private static final List<Operation> OPERATIONS = List.of(Operation.values());

  private final ProcessTable processes;
  private final ProgramTable programs;
  private final List<ObservedWrite> writes = new ArrayList<>();
  private final List<Bytes> keys = new ArrayList<>();
  private final long[] sums = new long[Totals.GENERATIONS];
  private long foreign;
  private long turnedBack;

  LedgerRows(ProcessTable processes, ProgramTable programs) {
    this.processes = processes;
    this.programs = programs;
  }

  /// For whom it does not matter who wrote.
  static LedgerRows withoutAuthors() {
    return new LedgerRows(
        new ProcessTable(FlatTable.empty(ProcessTable.KEY_SIZE, ProcessTable.VALUE_SIZE)),
        new ProgramTable(FlatTable.empty(ProgramTable.KEY_SIZE, ProgramTable.VALUE_SIZE)));
  }

  /// Takes the rows of a table that were written in other generations than `active`.
  ///
  /// @param stored the newest generation the store has: rows up to it only want removing, unless
  ///   they were written after it had ended
  void add(FlatTable rows, long active, LedgerReading.Stored stored) {
    for (long i = 0; i < rows.count(); i++) {
      MemorySegment key = rows.key(i);
      long generation = generation(key, active);
      if (generation == active) {
        continue;
      }
      keys.add(Bytes.of(key));
      sums[(int) (generation & (Totals.GENERATIONS - 1))] += number(rows.value(i), 0);
      if (!possible(key, rows.value(i)) || generation < 1) {
        foreign++;
      } else if (generation > stored.generation()) {
        writes.add(write(key, rows.value(i)));
      } else if (number(rows.value(i), 16) > stored.endedNanos().getAsLong()) {
        turnedBack++;
        writes.add(write(key, rows.value(i)));
      }
    }
  }

  /// Root can write the ledger too; what no hook of ours writes must not end the snapshot.
  static boolean possible(MemorySegment key, MemorySegment value) {
    int operation = key.get(ValueLayout.JAVA_BYTE, 28);
    int origin = key.get(ValueLayout.JAVA_BYTE, 29);
    int flags = key.get(ValueLayout.JAVA_BYTE, 30);
    int state = value.get(ValueLayout.JAVA_INT_UNALIGNED, 36);
    return operation >= 0
        && operation < OPERATIONS.size()
        && origin >= ORIGIN_CALL
        && origin <= ORIGIN_UNKNOWN
        && flags >= 0
        && flags < 2 * FLAG_WHOLE
        && state >= VALUE_NONE
        && state <= VALUE_UNKNOWN
        && number(value, 0) > 0
        && number(value, 8) > 0;
  }

  /// The row keeps the lowest byte.
  static long generation(MemorySegment key, long active) {
    long lowest = Byte.toUnsignedLong(key.get(ValueLayout.JAVA_BYTE, 31));
    return active - ((active - lowest) & 0xff);
  }

  List<ObservedWrite> writes() {
    return writes;
  }

  /// How many rows no hook of ours can have written.
  long foreign() {
    return foreign;
  }

  /// How many rows were written in a generation that had ended: somebody turned it back.
  long turnedBack() {
    return turnedBack;
  }

  /// Adds up the counts of all rows taken, by generation.
  void addTo(long[] all) {
    for (int row = 0; row < sums.length; row++) {
      all[row] += sums[row];
    }
  }

  /// Keys of all rows taken.
  List<Bytes> keys() {
    return keys;
  }

  /// One row.
  ObservedWrite write(MemorySegment key, MemorySegment value) {
    int flags = key.get(ValueLayout.JAVA_BYTE, 30);
    long first = number(value, 8);
    long last = Math.max(first, number(value, 16));
    return new ObservedWrite(
        toUnsignedLong(key.get(ValueLayout.JAVA_INT_UNALIGNED, 16)),
        OPERATIONS.get(key.get(ValueLayout.JAVA_BYTE, 28)),
        (flags & FLAG_BATCH) != 0,
        (flags & FLAG_DOUBTFUL) != 0,
        author(key, value, first, last),
        writtenKey(key, value, flags),
        writtenValue(value),
        variation(value, first, last),
        number(value, 0),
        first,
        last);
  }

  private Author author(MemorySegment key, MemorySegment value, long first, long last) {
    long who = number(key, 0);
    Task task =
        new Task(
            toUnsignedLong(value.get(ValueLayout.JAVA_INT_UNALIGNED, 40)),
            KernelText.decode(ObjectInfo.name(value.asSlice(48, 16))));
    return switch (key.get(ValueLayout.JAVA_BYTE, 29)) {
      case ORIGIN_CALL ->
          new Author.Caller(
              processes.get(
                  who,
                  key.get(ValueLayout.JAVA_INT_UNALIGNED, 20),
                  key.get(ValueLayout.JAVA_INT_UNALIGNED, 24)));
      case ORIGIN_PROGRAM -> programs.author(who, first, last, task);
      default -> new Author.Unknown("the kernel did not show who called");
    };
  }

  private static WrittenKey writtenKey(MemorySegment key, MemorySegment value, int flags) {
    if ((flags & FLAG_WHOLE) != 0) {
      return new WrittenKey.Whole();
    }
    if ((flags & FLAG_KEY_UNKNOWN) != 0) {
      return new WrittenKey.Unknown();
    }
    int size = value.get(ValueLayout.JAVA_INT_UNALIGNED, 44);
    Bytes start = Bytes.of(value.asSlice(64, Math.clamp(size, 0, KEPT_BYTES)));
    return size <= KEPT_BYTES
        ? new WrittenKey.Exact(start)
        : new WrittenKey.Prefix(start, size, number(key, 8));
  }

  private static WrittenValue writtenValue(MemorySegment value) {
    int size = value.get(ValueLayout.JAVA_INT_UNALIGNED, 32);
    return switch (value.get(ValueLayout.JAVA_INT_UNALIGNED, 36)) {
      case VALUE_NONE -> new WrittenValue.None();
      case VALUE_HASHED ->
          new WrittenValue.Hashed(
              number(value, 24),
              Bytes.of(value.asSlice(128, Math.clamp(size, 0, KEPT_BYTES))),
              size);
      default -> new WrittenValue.Unknown();
    };
  }

  private static Variation variation(MemorySegment value, long first, long last) {
    if (value.byteSize() < VALUE_SIZE || number(value, 192) == 0) {
      return Variation.NONE;
    }
    long hash = number(value, 200);
    int size = value.get(ValueLayout.JAVA_INT_UNALIGNED, 32);
    return new Variation.Since(
        Math.clamp(number(value, 192), first, last),
        hash == 0
            ? new WrittenValue.Unknown()
            : new WrittenValue.Hashed(
                hash, Bytes.of(value.asSlice(208, Math.clamp(size, 0, OTHER_BYTES))), size));
  }

  private static long number(MemorySegment segment, long at) {
    return segment.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
  }
}
