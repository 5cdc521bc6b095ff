package dev.bpfaudit.cli;

import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.kernel.CaptureRequest;
import dev.bpfaudit.kernel.Kernel;
import dev.bpfaudit.model.Baseline;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Snapshot;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.report.AuditReport;
import dev.bpfaudit.report.Run;
import dev.bpfaudit.store.Store;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What `check` and every beat of `watch` do: capture, store, compare, attribute.
///
/// @param selector the maps to report
/// @param stackTraces whether `stack_trace` maps are read too
record Check(MapSelector selector, boolean stackTraces) {

  /// Checks once. The report looks into the store, so it is to be written before `recorder` is
  /// closed.
  ///
  /// @param last what to compare with where there is no baseline; the snapshot before, if empty
  /// @param run asked when the work is done
  AuditReport run(
      Kernel kernel,
      Recorder recorder,
      ProgressLine progress,
      Optional<SnapshotHeader> last,
      Supplier<Run> run) {
    SnapshotHeader taken =
        recorder.record(kernel, new CaptureRequest(map -> true, stackTraces), progress);
    Store store = recorder.store();
    Snapshot to = store.load(taken);
    Optional<Snapshot> from = reference(store, taken, last).map(store::load);
    if (from.isEmpty()) {
      return new AuditReport.Initial(run.get(), to, store.surroundings(to.header()));
    }
    SnapshotDiff diff = SnapshotDiff.between(from.get(), to, selector);
    return new AuditReport.Compared(run.get(), diff, Watched.attribute(store, diff));
  }

  /// The baseline, else `last` if the store still has it, else the snapshot before.
  private static Optional<SnapshotHeader> reference(
      Store store, SnapshotHeader taken, Optional<SnapshotHeader> last) {
    String host = taken.host().id();
    return store
        .baseline(host)
        .map(Baseline::snapshot)
        .or(() -> {
          List<SnapshotHeader> log = store.log(host);
          return last.filter(log::contains)
              .or(() -> log.stream().filter(h -> h.number() < taken.number()).findFirst());
        });
  }

  /// @throws UsageException if the user named a map that is in neither snapshot
  void requireMatches(AuditReport report) {
    selector.requireMatches(maps(report));
  }

  private static List<BpfMap> maps(AuditReport report) {
    return switch (report) {
      case AuditReport.Initial initial -> MapSelector.mapsOf(initial.to(), initial.to());
      case AuditReport.Compared compared ->
          MapSelector.mapsOf(compared.diff().from(), compared.to());
    };
  }
}
