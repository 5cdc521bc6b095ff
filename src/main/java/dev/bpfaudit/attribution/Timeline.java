package dev.bpfaudit.attribution;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Lapse;
import dev.bpfaudit.model.Loss;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.model.WritePath;
import java.util.List;
import java.util.function.Predicate;

/// What was watched when, without what was seen.
///
/// @param intervals in the order of the snapshots
record Timeline(List<Interval> intervals) {
  Timeline {
    intervals = List.copyOf(intervals);
  }

  /// Whether everything that does such operations to `map` was watched in every moment of `span`,
  /// and nothing was lost. No path that does them means that nobody looked.
  boolean watched(BpfMap map, String boot, Span span, Predicate<Operation> operation) {
    List<Observation> all = touching(boot, span);
    return cover(all, span)
        && all.stream().allMatch(one -> watched(one, map, span, operation) && !lost(one, map));
  }

  /// By whom a map may have been written without being seen.
  record Unwatched(boolean programs, boolean calls) {}

  /// Who may have written `map` in `span` by a function of the kernel, and was not watched.
  Unwatched unwatched(BpfMap map, String boot, Span span) {
    List<Observation> all = touching(boot, span);
    if (!cover(all, span)
        || all.stream().anyMatch(one -> lost(one, map) || lapsed(one, map, span))) {
      return new Unwatched(true, true);
    }
    boolean programs = false;
    boolean calls = false;
    for (Observation one : all) {
      long from = Math.max(one.beganNanos(), span.beganNanos());
      List<WritePath> paths = paths(one, map, Operation::writesEntries);
      programs |= paths.isEmpty();
      calls |= paths.isEmpty();
      for (WritePath path : paths) {
        programs |= !watched(path, from) && !isSystemCall(path);
        calls |= !watched(path, from) && isSystemCall(path);
      }
    }
    return new Unwatched(programs, calls);
  }

  /// System calls that no function shows are seen at the system call itself, so only where that is
  /// not watched does one go unseen.
  private static boolean isSystemCall(WritePath path) {
    return path.name().startsWith("sys_") || path.name().contains("_sys_bpf");
  }

  private static boolean cover(List<Observation> all, Span span) {
    if (all.isEmpty()
        || all.getFirst().beganNanos() > span.beganNanos()
        || all.getLast().endedNanos() < span.endedNanos()) {
      return false;
    }
    for (int i = 1; i < all.size(); i++) {
      if (!follows(all.get(i - 1), all.get(i))) {
        return false;
      }
    }
    return true;
  }

  /// Those of one boot.
  List<Interval> of(String boot) {
    return intervals.stream().filter(interval -> interval.boot().equals(boot)).toList();
  }

  private List<Observation> touching(String boot, Span span) {
    return intervals.stream()
        .filter(interval -> interval.boot().equals(boot))
        .map(Interval::tracing)
        .filter(Tracing.Traced.class::isInstance)
        .map(tracing -> ((Tracing.Traced) tracing).observation())
        .filter(
            one -> one.beganNanos() <= span.endedNanos() && one.endedNanos() >= span.beganNanos())
        .toList();
  }

  /// Whether nothing can have been between two observations.
  static boolean follows(Observation before, Observation after) {
    return before.installation().equals(after.installation())
        && (before.generation() + 1 == after.generation()
            || after.beganNanos() <= before.endedNanos());
  }

  private static boolean watched(
      Observation one, BpfMap map, Span span, Predicate<Operation> operation) {
    long from = Math.max(one.beganNanos(), span.beganNanos());
    List<WritePath> paths = paths(one, map, operation);
    return !paths.isEmpty()
        && paths.stream().allMatch(path -> watched(path, from))
        && one.lapses().stream().noneMatch(lapse -> concerns(lapse, map, span, operation));
  }

  private static boolean lapsed(Observation one, BpfMap map, Span span) {
    return one.lapses().stream()
        .anyMatch(lapse -> concerns(lapse, map, span, Operation::writesEntries));
  }

  /// Whether writes of `map` may have gone unseen in `span`.
  private static boolean concerns(
      Lapse lapse, BpfMap map, Span span, Predicate<Operation> operation) {
    return lapse.fromNanos() <= span.endedNanos()
        && lapse.toNanos() >= span.beganNanos()
        && lapse.types().contains(map.type())
        && lapse.operations().stream().anyMatch(operation);
  }

  private static List<WritePath> paths(
      Observation one, BpfMap map, Predicate<Operation> operation) {
    return one.paths().stream()
        .filter(path -> path.types().contains(map.type()))
        .filter(path -> path.operations().stream().anyMatch(operation))
        .toList();
  }

  private static boolean watched(WritePath path, long from) {
    return switch (path.state()) {
      case WritePath.Watched(long since) -> since <= from;
      case WritePath.Blind _ -> false;
    };
  }

  private static boolean lost(Observation one, BpfMap map) {
    return one.losses().stream()
        .anyMatch(loss ->
            switch (loss.scope()) {
              case Loss.OneMap(long id) -> id == map.id();
              case Loss.Types types -> types.types().contains(map.type());
              case Loss.AllMaps _ -> true;
              case Loss.AuthorsOnly _ -> false;
            });
  }
}
