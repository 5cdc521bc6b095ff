package dev.bpfaudit.cli;

import dev.bpfaudit.report.Document;
import dev.bpfaudit.store.Store;
import picocli.CommandLine.Command;

/// `log`: the stored snapshots, newest first.
@Command(
    name = "log",
    header = "List the stored snapshots, newest first. Needs neither root nor a kernel.",
    footerHeading = "%nExamples:%n",
    footer = {"  bpfaudit log", "  bpfaudit log --format jsonl | head"})
final class LogCommand extends AuditCommand {
  LogCommand(Context context) {
    super(context);
  }

  @Override
  int run() {
    try (Store store = openExistingStore()) {
      History history = History.of(store, context());
      long baseline = history.baseline().map(base -> base.snapshot().number()).orElse(0L);
      write(new Document.SnapshotLog(history.log(), baseline));
      return ExitCode.SAME;
    }
  }
}
