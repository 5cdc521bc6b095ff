package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.CaptureRequest;
import dev.bpfaudit.kernel.Kernel;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.report.Document;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `snapshot`: capture and store only.
@Command(
    name = "snapshot",
    header = "Read every map and store the result; compare nothing.",
    footerHeading = "%nExamples:%n",
    footer = {"  sudo bpfaudit snapshot", "  sudo bpfaudit snapshot --store ./evidence"})
final class SnapshotCommand extends AuditCommand {
  @Option(
      names = "--stack-traces",
      description =
          "Read stack_trace maps too. Reading swaps each of their slots out and in again.")
  private boolean stackTraces;

  SnapshotCommand(Context context) {
    super(context);
  }

  @Override
  int run() {
    Kernel kernel = context().kernel().get();
    try (Recorder recorder = new Recorder(this::lockedStore, this::say)) {
      SnapshotHeader taken =
          recorder.record(kernel, new CaptureRequest(map -> true, stackTraces), progress());
      List<MapState> unread =
          recorder.store().load(taken).capture().maps().stream()
              .filter(SnapshotCommand::isUnread)
              .toList();
      write(new Document.SnapshotTaken(ranAs("snapshot"), taken, unread));
      return unread.isEmpty() ? ExitCode.SAME : ExitCode.UNREAD;
    }
  }

  private static boolean isUnread(MapState state) {
    return state.contents() instanceof Contents.Unreadable
        || state.contents() instanceof Contents.Partial;
  }
}
