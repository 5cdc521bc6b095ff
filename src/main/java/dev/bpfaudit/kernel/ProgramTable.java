package dev.bpfaudit.kernel;

import static java.lang.Integer.toUnsignedLong;

import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.KernelText;
import dev.bpfaudit.model.Task;
import dev.bpfaudit.model.TracedProgram;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Where the code of every program lay since the tracer was installed: `struct program` in
/// `bpf/ledger.h`. Addresses are given again when a program is unloaded, so a write belongs to the
/// program that was loaded last before it, and to nobody if that changed while it was counted.
final class ProgramTable {
  static final int KEY_SIZE = 4;
  static final int VALUE_SIZE = 552;

  private static final int MOST_FUNCTIONS = 32;

  private final List<Loaded> all = new ArrayList<>();
  private final List<Bytes> keys = new ArrayList<>();

  /// One function of one program.
  private record Loaded(long id, long loadedNanos, long start, long size, TracedProgram program) {
    /// A return address lies behind the call, at most one byte behind the function.
    boolean holds(long address) {
      return Long.compareUnsigned(address, start) > 0
          && Long.compareUnsigned(address, start + size) <= 0;
    }
  }

  ProgramTable(FlatTable rows) {
    for (long i = 0; i < rows.count(); i++) {
      keys.add(Bytes.of(rows.key(i)));
      add(toUnsignedLong(rows.key(i).get(ValueLayout.JAVA_INT_UNALIGNED, 0)), rows.value(i));
    }
    all.sort(Comparator.comparingLong(Loaded::loadedNanos));
  }

  private void add(long id, MemorySegment value) {
    long loaded = value.get(ValueLayout.JAVA_LONG_UNALIGNED, 0);
    int functions = Math.min(MOST_FUNCTIONS, value.get(ValueLayout.JAVA_INT_UNALIGNED, 12));
    for (int i = 0; i < functions; i++) {
      TracedProgram program =
          new TracedProgram(
              id,
              Bytes.of(value.asSlice(16, 8)),
              KernelText.decode(ObjectInfo.name(value.asSlice(24, 16))),
              toUnsignedLong(value.get(ValueLayout.JAVA_INT_UNALIGNED, 8)),
              i == 0 ? "" : "func[" + i + "]");
      long at = 40 + 16L * i;
      all.add(
          new Loaded(
              id,
              loaded,
              value.get(ValueLayout.JAVA_LONG_UNALIGNED, at),
              value.get(ValueLayout.JAVA_LONG_UNALIGNED, at + 8),
              program));
    }
  }

  /// Who wrote from `caller` all the time from `first` to `last`.
  Author author(long caller, long first, long last, Task onTopOf) {
    List<Loaded> candidates =
        all.stream().filter(f -> f.holds(caller) && f.loadedNanos() <= last).toList();
    if (candidates.isEmpty()) {
      return new Author.UnknownProgram(
          "no program is known to have been at address 0x" + Long.toHexString(caller), onTopOf);
    }
    Loaded newest = candidates.getLast();
    if (newest.loadedNanos() > first) {
      return new Author.UnknownProgram(
          "a program was loaded where another had been, while the writes were counted", onTopOf);
    }
    return new Author.Program(newest.program(), onTopOf);
  }

  boolean has(long id) {
    return all.stream().anyMatch(function -> function.id() == id);
  }

  /// Ids of all programs in it.
  Set<Long> ids() {
    return keys.stream().map(ProgramTable::id).collect(Collectors.toSet());
  }

  /// Keys of programs that are not among `alive`.
  List<Bytes> unloaded(Set<Long> alive) {
    return keys.stream().filter(key -> !alive.contains(id(key))).toList();
  }

  private static long id(Bytes key) {
    return toUnsignedLong(key.asSegment().get(ValueLayout.JAVA_INT_UNALIGNED, 0));
  }
}
