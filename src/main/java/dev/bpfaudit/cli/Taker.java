package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.Follower;
import dev.bpfaudit.model.LiveWrite;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.model.WrittenKey;
import dev.bpfaudit.store.Store;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A snapshot of another process, with which it stored what it drained.
record Taker(SnapshotHeader snapshot, Observation observation) {

  /// The snapshots after number `after` that hold what was taken, the oldest first.
  ///
  /// @param own number of our own, whose drain may end in the generations of the others': of that
  ///   everything was told
  static List<Taker> of(Follower.Taken taken, Store store, String host, long after, long own) {
    List<Taker> takers = new ArrayList<>();
    for (SnapshotHeader header : store.log(host)) {
      if (header.number() > after
          && header.number() != own
          && store.tracing(header) instanceof Tracing.Traced(Observation seen)
          && seen.installation().equals(taken.installation())
          && taken.fromGeneration() <= seen.generation()
          && seen.generation() <= taken.toGeneration()) {
        takers.addFirst(new Taker(header, seen));
      }
    }
    return takers;
  }

  /// What it has more than was told, in order.
  List<LiveWrite> untold(List<ObservedWrite> told) {
    Map<Row, Long> counts = new HashMap<>();
    told.forEach(write -> counts.merge(Row.of(write), write.count(), Math::max));
    List<LiveWrite> untold = new ArrayList<>();
    for (ObservedWrite write : observation.writes()) {
      long more = write.count() - counts.getOrDefault(Row.of(write), 0L);
      if (more > 0) {
        untold.add(new LiveWrite(write, more));
      }
    }
    untold.sort(Comparator.comparingLong(write -> write.recorded().lastNanos()));
    return untold;
  }

  /// What makes a row of the ledger another; two of one moment are of two authors.
  private record Row(
      long mapId,
      Operation operation,
      boolean batch,
      boolean doubtful,
      WrittenKey key,
      long firstNanos) {
    static Row of(ObservedWrite write) {
      return new Row(
          write.mapId(),
          write.operation(),
          write.batch(),
          write.doubtful(),
          write.key(),
          write.firstNanos());
    }
  }
}
