package dev.bpfaudit.attribution;

import dev.bpfaudit.attribution.Coverage.BlindPath;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.Lapse;
import dev.bpfaudit.model.Loss;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.model.WritePath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Sums up what was watched between two snapshots.
final class CoverageOf {
  private static final Comparator<Gap> IN_TIME =
      Comparator.comparing(Gap::from)
          .thenComparing(Gap::path)
          .thenComparing(Gap::to)
          .thenComparing(Gap::why);

  private static final int MOST_PATHS = 3;

  private final SnapshotHeader from;
  private final List<Gap> gaps = new ArrayList<>();
  private final Map<String, BlindPath> blind = new TreeMap<>();
  private long lost;
  private @Nullable HookKind tracer;

  private CoverageOf(SnapshotHeader from) {
    this.from = from;
  }

  /// @param intervals that of `from`, and all up to `to`
  static Coverage of(SnapshotHeader from, SnapshotHeader to, List<Interval> intervals) {
    CoverageOf coverage = new CoverageOf(from);
    coverage.gaps.addAll(Gaps.in(from, intervals));
    for (Interval interval : intervals) {
      if (interval.tracing() instanceof Tracing.Traced(Observation observation)) {
        coverage.add(observation, interval);
      }
    }
    coverage.gaps.sort(IN_TIME);
    return new Coverage(
        coverage.tracer,
        from.takenAt(),
        to.takenAt(),
        coverage.lost,
        coverage.gaps,
        List.copyOf(coverage.blind.values()));
  }

  private void add(Observation one, Interval interval) {
    WallClock clock = interval.clock();
    long began = Math.max(one.beganNanos(), start(interval));
    tracer = one.kind();
    for (WritePath path : one.paths()) {
      switch (path.state()) {
        case WritePath.Blind(String why) -> blind.put(path.name(), new BlindPath(path.name(), why));
        case WritePath.Watched(long since) -> {
          if (since > began) {
            gap(clock, began, since, path.name(), "watched only since then");
          }
        }
      }
    }
    lapsed(one.lapses(), clock, start(interval));
    for (Loss loss : one.losses()) {
      if (!(loss.scope() instanceof Loss.AuthorsOnly)) {
        lost += loss.count();
        String why = loss.count() + " writes lost: " + loss.what();
        gap(clock, began, Math.max(began, one.endedNanos()), scope(loss.scope()), why);
      }
    }
  }

  /// One gap for all paths that were off at the same time for the same reason.
  private void lapsed(List<Lapse> lapses, WallClock clock, long start) {
    Map<Outage, List<String>> outages = new LinkedHashMap<>();
    for (Lapse lapse : lapses) {
      Outage outage = new Outage(lapse.fromNanos(), lapse.toNanos(), lapse.why());
      outages.computeIfAbsent(outage, _ -> new ArrayList<>()).add(lapse.path());
    }
    outages.forEach((outage, paths) -> {
      if (outage.to() >= start) {
        gap(clock, Math.max(start, outage.from()), outage.to(), joined(paths), outage.why());
      }
    });
  }

  private record Outage(long from, long to, String why) {}

  private static String joined(List<String> paths) {
    int more = paths.size() - MOST_PATHS;
    String first = String.join(", ", paths.subList(0, Math.min(MOST_PATHS, paths.size())));
    return more > 0 ? first + " and " + more + " more" : first;
  }

  private long start(Interval interval) {
    return interval.boot().equals(from.host().bootId()) ? from.boottimeNanos() : 0;
  }

  private void gap(WallClock clock, long began, long ended, String path, String why) {
    gaps.add(new Gap(clock.at(began), clock.at(ended), path, why));
  }

  private static String scope(Loss.Scope scope) {
    return switch (scope) {
      case Loss.OneMap(long id) -> "map " + id;
      case Loss.Types types ->
          types.types().stream()
              .sorted()
              .map(MapType::ordinal)
              .map(MapType::spell)
              .collect(Collectors.joining(", "));
      case Loss.AllMaps _, Loss.AuthorsOnly _ -> Gap.ALL;
    };
  }
}
