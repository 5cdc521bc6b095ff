package dev.bpfaudit.cli;

import dev.bpfaudit.attribution.Attribution;
import dev.bpfaudit.attribution.Interval;
import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.store.Store;
import java.util.Comparator;
import java.util.List;

/// Attributes a diff by all that was observed between its two snapshots.
final class Watched {
  private Watched() {}

  /// Reads one drain after the other; no more than one is in memory.
  static Attribution attribute(Store store, SnapshotDiff diff) {
    long a = diff.from().header().number();
    long b = diff.to().header().number();
    List<SnapshotHeader> snapshots =
        store.log(diff.to().header().host().id()).stream()
            .filter(
                header -> Math.min(a, b) <= header.number() && header.number() <= Math.max(a, b))
            .sorted(Comparator.comparingLong(SnapshotHeader::number))
            .toList();
    return Attribution.of(
        diff,
        () ->
            snapshots.stream()
                .map(header ->
                    new Interval(header, store.tracing(header), store.surroundings(header)))
                .iterator(),
        () ->
            snapshots.stream()
                .filter(header -> header.number() != a && header.number() != b)
                .map(store::load)
                .iterator());
  }
}
