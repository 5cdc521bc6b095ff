package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.Kernel;
import dev.bpfaudit.report.AuditReport;
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
    Check check = new Check(MapSelector.of(maps), stackTraces);
    Kernel kernel = context().kernel().get();
    try (Recorder recorder = new Recorder(this::lockedStore, this::say)) {
      AuditReport report =
          check.run(kernel, recorder, progress(), Optional.empty(), () -> ranAs("check"));
      requireMatches(check, report);
      write(report);
      return ExitCode.of(report);
    }
  }

  private static void requireMatches(Check check, AuditReport report) {
    try {
      check.requireMatches(report);
    } catch (UsageException e) {
      throw new UsageException(
          e.getMessage() + " The snapshot is stored as @" + report.to().header().number() + ".");
    }
  }
}
