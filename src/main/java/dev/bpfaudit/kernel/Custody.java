package dev.bpfaudit.kernel;

import static java.lang.Integer.toUnsignedLong;

import dev.bpfaudit.model.KernelText;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Who laid hands on the tracer's own tables: `struct custody` in `bpf/ledger.h`, of every CPU.
///
/// @param hands one for each process, two if it also gave a table away; the latest last
/// @param knownSinceNanos what was written after this moment of `CLOCK_BOOTTIME` is in `hands`, 0
///   if everything is: there is room for sixteen on each CPU
record Custody(List<Hand> hands, long knownSinceNanos) {
  static final Custody NONE = new Custody(List.of(), 0);

  private static final int ROW = 56;
  private static final int ROWS = 16;

  /// On one CPU.
  static final int SIZE = 8 + ROWS * ROW;

  Custody {
    hands = List.copyOf(hands);
  }

  /// @param values one `struct custody` for every possible CPU
  static Custody of(MemorySegment values) {
    List<Hand> hands = new ArrayList<>();
    long since = 0;
    for (long at = 0; at < values.byteSize(); at += SIZE) {
      MemorySegment cpu = values.asSlice(at, SIZE);
      since = Math.max(since, cpu.get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
      for (int i = 0; i < ROWS; i++) {
        Hand hand = read(cpu.asSlice(8 + (long) i * ROW, ROW));
        if (hand.lastNanos() > 0) {
          add(hands, hand);
        }
      }
    }
    hands.sort(Comparator.comparingLong(Hand::lastNanos));
    return new Custody(hands, since);
  }

  private static void add(List<Hand> hands, Hand hand) {
    for (int i = 0; i < hands.size(); i++) {
      if (hands.get(i).isSame(hand)) {
        hands.set(i, hands.get(i).with(hand));
        return;
      }
    }
    hands.add(hand);
  }

  private static Hand read(MemorySegment row) {
    return new Hand(
        row.get(ValueLayout.JAVA_LONG_UNALIGNED, 0),
        toUnsignedLong(row.get(ValueLayout.JAVA_INT_UNALIGNED, 8)),
        KernelText.decode(ObjectInfo.name(row.asSlice(40, 16))),
        row.get(ValueLayout.JAVA_INT_UNALIGNED, 12),
        row.get(ValueLayout.JAVA_LONG_UNALIGNED, 16),
        row.get(ValueLayout.JAVA_LONG_UNALIGNED, 24),
        row.get(ValueLayout.JAVA_LONG_UNALIGNED, 32));
  }
}
