package dev.bpfaudit.scenario;

import dev.bpfaudit.Facts;
import dev.bpfaudit.attribution.Attribution;
import dev.bpfaudit.attribution.Interval;
import dev.bpfaudit.attribution.Level;
import dev.bpfaudit.diff.MapChange;
import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.ReadingWindow;
import dev.bpfaudit.model.Snapshot;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Surroundings;
import dev.bpfaudit.model.Tracing;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Of which maps an observation saw every write: asked by a change that nobody made, which is
/// unexplained where all was watched and unobserved elsewhere.
final class Completeness {
  private static final HostFacts HOST = new HostFacts("h", "host", "", "boot", 1);
  private static final long NOBODYS = 0xfffffff0L;

  private Completeness() {}

  /// The types of map that were watched whole.
  static Set<MapType> types(Observation observation) {
    Set<MapType> complete = EnumSet.noneOf(MapType.class);
    for (MapType type : MapType.values()) {
      if (type != MapType.UNSPEC && of(observation, NOBODYS, type)) {
        complete.add(type);
      }
    }
    return complete;
  }

  /// Whether a map was watched whole; nobody may have written it.
  static boolean of(Observation observation, long id, MapType type) {
    BpfMap map = Facts.map(id, "any", type, 10, false);
    long began = observation.beganNanos() + 1;
    long ended = observation.endedNanos() - 1;
    Snapshot from = snapshot(1, began, map, Facts.table(1));
    Snapshot to = snapshot(2, ended, map, Facts.table(1, 1, 1));
    SnapshotDiff diff = SnapshotDiff.between(from, to, _ -> true);
    List<Interval> intervals =
        List.of(
            new Interval(from.header(), new Tracing.NotTraced("before"), Surroundings.NONE),
            new Interval(to.header(), new Tracing.Traced(observation), Surroundings.NONE));
    Attribution attribution = Attribution.of(diff, intervals);
    if (!(diff.changes().getFirst() instanceof MapChange.Compared change)) {
      throw new AssertionError(diff.changes());
    }
    Level level = attribution.of(change).entry(change.entries().iterator().next()).level();
    return switch (level) {
      case UNEXPLAINED -> true;
      case UNOBSERVED -> false;
      case CONFIRMED, PROBABLE, CANDIDATE -> throw new AssertionError("somebody wrote map " + id);
    };
  }

  private static Snapshot snapshot(long number, long nanos, BpfMap map, FlatTable table) {
    Instant at = Instant.EPOCH.plusNanos(nanos);
    var header = new SnapshotHeader(number, HOST, at, nanos, 1, 0, Bytes.EMPTY);
    MapState state = new MapState(map, Facts.complete(table), new ReadingWindow(nanos, nanos));
    return new Snapshot(header, new Capture(HOST, at, nanos, List.of(state), List.of()));
  }
}
