package dev.bpfaudit.cli;

import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.kernel.CaptureRequest;
import dev.bpfaudit.kernel.Kernel;
import dev.bpfaudit.model.Baseline;
import dev.bpfaudit.model.Snapshot;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.report.AuditReport;
import dev.bpfaudit.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `check`: capture, store, compare, report.
@Command(
    name = "check",
    header = "Take a snapshot and report what differs from the baseline, else the last snapshot.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sudo bpfaudit check",
      "  sudo bpfaudit check --map 'cilium_*' --format json --output report.json",
      "  found=$(bpfaudit check --quiet) || echo \"$found\"      from cron: see samples/bpfaudit.cron",
      "",
      "The first check of a store has nothing to compare with and exits 0."
    })
final class CheckCommand extends AuditCommand {
  @Option(
      names = "--map",
      paramLabel = "MAP",
      description = "Report only these maps: an id, a pin path, or a name with *. Repeatable.")
  private List<String> maps = new ArrayList<>();

  @Option(
      names = "--stack-traces",
      description =
          "Read stack_trace maps too. Reading swaps each of their slots out and in again.")
  private boolean stackTraces;

  CheckCommand(Context context) {
    super(context);
  }

  @Override
  int run() {
    MapSelector selector = MapSelector.of(maps);
    Kernel kernel = context().kernel().get();
    try (Recorder recorder = new Recorder(this::lockedStore, this::say)) {
      SnapshotHeader taken =
          recorder.record(kernel, new CaptureRequest(map -> true, stackTraces), progress());
      Store store = recorder.store();
      Snapshot to = store.load(taken);
      Optional<Snapshot> from = reference(store, taken).map(store::load);
      requireMatches(selector, from.orElse(to), to);
      if (from.isEmpty()) {
        return reported(
            new AuditReport.Initial(ranAs("check"), to, store.surroundings(to.header())));
      }
      SnapshotDiff diff = SnapshotDiff.between(from.get(), to, selector);
      return reported(
          new AuditReport.Compared(ranAs("check"), diff, Watched.attribute(store, diff)));
    }
  }

  private int reported(AuditReport report) {
    write(report);
    return ExitCode.of(report);
  }

  private static void requireMatches(MapSelector selector, Snapshot from, Snapshot to) {
    try {
      selector.requireMatches(MapSelector.mapsOf(from, to));
    } catch (UsageException e) {
      throw new UsageException(
          e.getMessage() + " The snapshot is stored as @" + to.header().number() + ".");
    }
  }

  /// The baseline, else the snapshot before.
  private static Optional<SnapshotHeader> reference(Store store, SnapshotHeader taken) {
    String host = taken.host().id();
    return store
        .baseline(host)
        .map(Baseline::snapshot)
        .or(() -> store.log(host).stream().filter(h -> h.number() < taken.number()).findFirst());
  }
}
