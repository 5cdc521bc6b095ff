package dev.bpfaudit.attribution;

import dev.bpfaudit.attribution.Finding.Rated;
import dev.bpfaudit.attribution.Standing.Entry;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Variation;
import dev.bpfaudit.model.WrittenValue;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What the writes of one entry tell of the time between two readings that show it alike. That it
/// was written proves nothing: it may have been given the value it has.
///
/// @param writes of its key, in the time from the earlier reading to the later one
/// @param between from the beginning of the earlier reading to that of the later one: what was
///   written while the later one was under way may still be there
/// @param settled from the end of the earlier reading: what was deleted before that was perhaps not
///   put back
record Interlude(BpfMap map, Entry entry, List<SeenWrite> writes, Span between, Span settled) {

  /// Whether the entry surely was something else meanwhile.
  boolean proven() {
    return writes.stream().anyMatch(this::proves);
  }

  private boolean proves(SeenWrite seen) {
    boolean doubtful = seen.write().doubtful();
    if (seen.write().operation().removesEntries()) {
      // the next value of a queue may be the same
      boolean away = entry.absent() || !isQueue();
      return away && !doubtful && surely(entry.absent() ? settled : between, seen);
    }
    if (entry.absent()) {
      // what is behind the end of an array is refused
      return surely(between, seen) && !(doubtful && isArray());
    }
    // it may have been refused because the entry was there
    boolean done = !doubtful || writes.stream().anyMatch(this::isThere);
    return done && wroteOther(seen);
  }

  private boolean wroteOther(SeenWrite seen) {
    if (map.type() == MapType.QUEUE) {
      return false; // what is pushed joins the end, and only the head is seen
    }
    ObservedWrite write = seen.write();
    boolean other = isOther(seen, write.value());
    return switch (write.variation()) {
      case Variation.None _ -> other && surely(between, seen);
      case Variation.Since(long nanos, WrittenValue _) ->
          // of two different values one is not the one that is there
          (other && between.holds(write.lastNanos()))
              || ((other || isThere(seen))
                  && write.firstNanos() >= between.beganNanos()
                  && nanos <= between.endedNanos());
    };
  }

  private static boolean surely(Span span, SeenWrite seen) {
    return span.surelyHolds(seen.write());
  }

  private boolean isArray() {
    return map.type() == MapType.ARRAY || map.type() == MapType.PERCPU_ARRAY;
  }

  private boolean isQueue() {
    return map.type() == MapType.QUEUE || map.type() == MapType.STACK;
  }

  /// Whether the last value of these is the one that stands.
  private boolean isThere(SeenWrite seen) {
    return entry.now() != null && Values.same(seen, map, entry.now());
  }

  private boolean isOther(SeenWrite seen, WrittenValue written) {
    return isOther(seen, written, entry.before()) && isOther(seen, written, entry.now());
  }

  private boolean isOther(SeenWrite seen, WrittenValue written, @Nullable Bytes shown) {
    return shown != null && Values.other(written, seen.seed(), map, shown);
  }

  /// @param others whose key is not known
  Finding who(List<SeenWrite> others) {
    List<Rated> seen = new ArrayList<>();
    for (SeenWrite one : writes) {
      boolean sure =
          !one.write().doubtful() && (proves(one) || (putBack(one) && surely(between, one)));
      seen.add(new Rated(one, sure ? Level.CONFIRMED : Level.PROBABLE));
    }
    if (writes.stream().noneMatch(this::putBack)) {
      others.forEach(one -> seen.add(new Rated(one, Level.PROBABLE)));
    }
    return Finding.of(seen, Level.UNOBSERVED);
  }

  /// Whether this may have made the entry what it was and is.
  private boolean putBack(SeenWrite seen) {
    if (entry.absent()) {
      return seen.write().operation().removesEntries();
    }
    return seen.write().variation() instanceof Variation.Since || isThere(seen);
  }

  /// The last value that is known and is not the one that stands.
  Transient.Last last() {
    return writes.stream()
        .sorted(Comparator.comparingLong((SeenWrite one) -> one.write().lastNanos()).reversed())
        .flatMap(one ->
            Stream.of(one.write().value(), earlier(one))
                .filter(value -> entry.absent() || isOther(one, value)))
        .flatMap(
            value -> value instanceof WrittenValue.Hashed known ? Stream.of(known) : Stream.of())
        .findFirst()
        .<Transient.Last>map(value -> new Transient.Value(value.start(), value.size()))
        .orElseGet(() -> wasAway() ? new Transient.Absent() : new Transient.Unknown());
  }

  private static WrittenValue earlier(SeenWrite seen) {
    return switch (seen.write().variation()) {
      case Variation.None _ -> new WrittenValue.None();
      case Variation.Since(long _, WrittenValue other) -> other;
    };
  }

  private boolean wasAway() {
    return !entry.absent()
        && writes.stream().anyMatch(seen -> seen.write().operation().removesEntries());
  }

  /// How many writes there were that prove neither this nor the contrary.
  long untold() {
    return entry.absent() || proven() ? 0 : count(writes.stream().filter(this::untold).toList());
  }

  private boolean untold(SeenWrite seen) {
    return isQueue() || !(isThere(seen) || isOther(seen, seen.write().value()));
  }

  private long count(List<SeenWrite> some) {
    return count(some, between);
  }

  static long count(List<SeenWrite> some, Span within) {
    return some.stream()
        .filter(seen -> within.touches(seen.write()))
        .mapToLong(seen -> seen.write().count())
        .sum();
  }
}
