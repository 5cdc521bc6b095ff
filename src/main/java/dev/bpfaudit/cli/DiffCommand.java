package dev.bpfaudit.cli;

import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.model.Snapshot;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.report.AuditReport;
import dev.bpfaudit.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `diff`: compares two stored snapshots.
@Command(
    name = "diff",
    header = "Compare two stored snapshots. Needs neither root nor a kernel.",
    description = {"", "WHEN is " + When.FORMS + "."},
    footerHeading = "%nExamples:%n",
    footer = {
      "  bpfaudit diff --since 2h",
      "  bpfaudit diff --since baseline --until previous --map allow_list",
      "  bpfaudit diff @3 @7 --format json",
      "",
      "A time means the newest snapshot at or before it; --until is the newest unless given."
    })
final class DiffCommand extends AuditCommand {
  @Option(names = "--since", paramLabel = "WHEN", description = "Compare from here …")
  private @Nullable String since;

  @Option(names = "--until", paramLabel = "WHEN", description = "… to here.")
  private @Nullable String until;

  @Parameters(
      arity = "0..2",
      paramLabel = "FROM TO",
      description = "Two snapshots to compare; TO is the newest unless given.")
  private List<String> pair = new ArrayList<>();

  @Option(
      names = "--map",
      paramLabel = "MAP",
      description = "Report only these maps: an id, a pin path, or a name with *. Repeatable.")
  private List<String> maps = new ArrayList<>();

  DiffCommand(Context context) {
    super(context);
  }

  @Override
  int run() {
    When from = When.parse(from());
    Optional<When> to = to().map(When::parse);
    MapSelector selector = MapSelector.of(maps);
    try (Store store = openExistingStore()) {
      History history = History.of(store, context());
      Instant now = context().clock().instant();
      SnapshotHeader earlier = history.find(from, now);
      SnapshotHeader later =
          to.map(when -> history.find(when, now)).orElseGet(() -> history.log().getFirst());
      return report(store, history.load(earlier), history.load(later), selector);
    }
  }

  private String from() {
    if (pair.isEmpty() && since != null) {
      return since;
    }
    if (!pair.isEmpty() && since == null && until == null) {
      return pair.getFirst();
    }
    throw new UsageException(
        "give either --since WHEN [--until WHEN], or FROM [TO]. For instance: bpfaudit diff --since"
            + " previous.");
  }

  private Optional<String> to() {
    return pair.size() == 2 ? Optional.of(pair.getLast()) : Optional.ofNullable(until);
  }

  private int report(Store store, Snapshot from, Snapshot to, MapSelector selector) {
    selector.requireMatches(MapSelector.mapsOf(from, to));
    SnapshotDiff diff = SnapshotDiff.between(from, to, selector);
    AuditReport report =
        new AuditReport.Compared(ranAs("diff"), diff, Watched.attribute(store, diff));
    write(report);
    return ExitCode.of(report);
  }
}
