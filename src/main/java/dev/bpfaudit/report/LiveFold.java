package dev.bpfaudit.report;

import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.LiveWrite;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.WrittenKey;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Live writes of one source to one map that share a line.
final class LiveFold {
  private static final int MOST_KEYS = 4096;

  private final Set<WrittenKey> keys = new HashSet<>();
  private final Set<Long> processes = new HashSet<>();
  private final Set<Operation> operations = EnumSet.noneOf(Operation.class);
  private boolean one = true;
  private boolean allKeys = true;
  private long count;
  private Written last;

  LiveFold(Written first) {
    last = first;
    count(first);
  }

  LiveFold and(Written next) {
    ObservedWrite before = last.write().recorded();
    ObservedWrite now = next.write().recorded();
    one =
        one
            && before.key().equals(now.key())
            && before.operation() == now.operation()
            && before.batch() == now.batch()
            && before.doubtful() == now.doubtful()
            && isSame(before.author(), now.author());
    last = next;
    count(next);
    return this;
  }

  private static boolean isSame(Author before, Author now) {
    return before.equals(now)
        || (before instanceof Author.Program(var program, var _)
            && now instanceof Author.Program(var same, var _)
            && same.equals(program));
  }

  private void count(Written written) {
    ObservedWrite write = written.write().recorded();
    count += written.write().count();
    operations.add(write.operation());
    if (write.author() instanceof Author.Caller(var process) && processes.size() < MOST_KEYS) {
      processes.add(process.pid());
    }
    if (keys.size() < MOST_KEYS) {
      keys.add(write.key());
    } else {
      allKeys &= keys.contains(write.key());
    }
  }

  Written last() {
    return last;
  }

  /// All of it as one, if it is the same thing done again and again.
  @Nullable Written only() {
    if (!one) {
      return null;
    }
    ObservedWrite write = last.write().recorded();
    long least = Math.max(write.count(), count); // it may have been drained in between
    ObservedWrite summed =
        new ObservedWrite(
            write.mapId(),
            write.operation(),
            write.batch(),
            write.doubtful(),
            write.author(),
            write.key(),
            write.value(),
            write.variation(),
            least,
            write.firstNanos(),
            write.lastNanos());
    return new Written(
        last.host(), last.map(), new LiveWrite(summed, count), last.clock(), last.snapshot());
  }

  /// `… and 4,120 writes to 312 keys: update, delete`.
  String what() {
    return "… and "
        + number(count)
        + " more to "
        + (allKeys ? "" : "over ")
        + (keys.size() == 1 ? "1 key: " : number(keys.size()) + " keys: ")
        + operations.stream().map(operation -> operation.label).collect(Collectors.joining(", "))
        + (processes.size() > 1 ? ", by " + number(processes.size()) + " processes" : "");
  }

  private static String number(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
