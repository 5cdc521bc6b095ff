package dev.bpfaudit.attribution;

import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Tracing;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The times between two snapshots in which no tracer watched, found by walking the intervals.
final class Gaps {
  private static final String BOOTED = "the host was booted in between";

  private final List<Gap> found = new ArrayList<>();

  /// Up to here it is known what was watched.
  private Moment edge;

  private String boot;
  private Optional<Observation> last = Optional.empty();

  /// What seems unwatched since the last observation, until one shows that it was.
  private final List<Hole> open = new ArrayList<>();

  private record Moment(long nanos, Instant at) {}

  private record Hole(Moment from, Moment to, String why) {}

  private Gaps(SnapshotHeader from) {
    edge = new Moment(from.boottimeNanos(), from.takenAt());
    boot = from.host().bootId();
  }

  /// @param from the earlier snapshot, when it was begun
  /// @param intervals that of `from`, and all up to the later snapshot
  static List<Gap> in(SnapshotHeader from, List<Interval> intervals) {
    Gaps gaps = new Gaps(from);
    intervals.forEach(gaps::walk);
    gaps.flush();
    return merged(gaps.found);
  }

  private void walk(Interval interval) {
    if (!interval.boot().equals(boot)) {
      flush();
      reboot(interval);
    }
    switch (interval.tracing()) {
      case Tracing.NotTraced(String why) -> {
        SnapshotHeader snapshot = interval.snapshot();
        leave(new Moment(snapshot.boottimeNanos(), snapshot.takenAt()), why);
      }
      case Tracing.Traced(Observation observation) -> meet(observation, interval.clock());
    }
  }

  private void reboot(Interval interval) {
    Instant started = interval.clock().at(0);
    found.add(new Gap(edge.at(), later(edge.at(), started), Gap.ALL, BOOTED));
    boot = interval.boot();
    last = Optional.empty();
    edge = new Moment(0, later(edge.at(), started));
    open.add(new Hole(edge, edge, BOOTED));
  }

  private void leave(Moment to, String why) {
    if (to.nanos() >= edge.nanos()) {
      open.add(new Hole(edge, to, why));
      edge = to;
    }
  }

  private void meet(Observation observation, WallClock clock) {
    Moment began = new Moment(observation.beganNanos(), clock.at(observation.beganNanos()));
    if (last.isPresent() && Timeline.follows(last.get(), observation)) {
      open.clear();
    } else {
      open.replaceAll(hole -> hole.to().nanos() <= began.nanos() ? hole : upTo(hole, began));
      if (edge.nanos() < began.nanos()) {
        leave(began, open.isEmpty() ? why(observation) : open.getLast().why());
      } else if (last.isPresent() && open.isEmpty()) {
        found.add(new Gap(edge.at(), edge.at(), Gap.ALL, why(observation)));
      }
    }
    flush();
    last = Optional.of(observation);
    edge = new Moment(observation.endedNanos(), clock.at(observation.endedNanos()));
  }

  private static Hole upTo(Hole hole, Moment end) {
    return new Hole(hole.from(), end, hole.why());
  }

  private String why(Observation observation) {
    if (last.isEmpty()) {
      return "the tracer was installed only then";
    }
    return last.get().installation().equals(observation.installation())
        ? "a drain of the tracer is missing"
        : "the tracer was removed and installed anew";
  }

  private void flush() {
    for (Hole hole : open) {
      if (hole.from().nanos() < hole.to().nanos()) {
        Instant from = hole.from().at();
        found.add(new Gap(from, later(from, hole.to().at()), Gap.ALL, hole.why()));
      }
    }
    open.clear();
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }

  /// One gap for those that touch and have the same reason.
  static List<Gap> merged(List<Gap> gaps) {
    List<Gap> merged = new ArrayList<>();
    for (Gap gap : gaps) {
      if (!merged.isEmpty() && continues(merged.getLast(), gap)) {
        Gap first = merged.removeLast();
        merged.add(new Gap(first.from(), later(first.to(), gap.to()), gap.path(), gap.why()));
      } else {
        merged.add(gap);
      }
    }
    return merged;
  }

  private static boolean continues(Gap first, Gap second) {
    return first.path().equals(second.path())
        && first.why().equals(second.why())
        && !first.to().isBefore(second.from());
  }
}
