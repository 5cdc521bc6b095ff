package dev.bpfaudit.cli;

import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.kernel.CaptureRequest;
import dev.bpfaudit.kernel.Kernel;
import dev.bpfaudit.kernel.Progress;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.report.AuditReport;
import dev.bpfaudit.store.Recording;
import dev.bpfaudit.store.Store;
import java.util.List;
import picocli.CommandLine.Command;

/// `demo`: a tour on real maps that are made for it and removed again.
@Command(
    name = "demo",
    header = "Show the whole on real maps: make them, tamper with them, report, remove them.",
    description = {
      "",
      "Makes an allow-list, a routing trie, a tail-call table with two programs and a mapped array;"
          + " installs the tracer and stores a baseline; lets other processes tamper with them;"
          + " reports what they did and who it was;"
          + " removes everything. Touches no other map. From a clone it first installs the Debian"
          + " packages it needs and builds, saying so."
    },
    footerHeading = "%nExample:%n",
    footer = {"  sudo bpfaudit demo"})
final class DemoCommand extends AuditCommand {
  DemoCommand(Context context) {
    super(context);
  }

  @Override
  int run() {
    Kernel kernel = context().kernel().get();
    try (TemporaryStore directory = TemporaryStore.create();
        DemoMaps maps = DemoMaps.create();
        Store store = Store.open(directory.path(), this::say);
        DemoTracer tracer = DemoTracer.install(kernel.tracer(), store, this::say)) {
      say("made " + maps.describe());
      SnapshotHeader before = record(store, kernel, maps, tracer);
      store.setBaseline(before, context().clock().instant());
      say("stored them as baseline @" + before.number() + "; now others tamper with them:");
      for (List<String> command : maps.tampering()) {
        say("  $ " + DemoMaps.shown(command));
        DemoMaps.execute(command);
      }
      say("and this is what bpfaudit check reports:");
      SnapshotHeader after = record(store, kernel, maps, tracer);
      SnapshotDiff diff =
          SnapshotDiff.between(store.load(before), store.load(after), maps.selector());
      write(new AuditReport.Compared(ranAs("demo"), diff, Watched.attribute(store, diff)));
    }
    say("removed everything that this demo made");
    return ExitCode.SAME;
  }

  private static SnapshotHeader record(
      Store store, Kernel kernel, DemoMaps maps, DemoTracer tracer) {
    try (Recording recording = store.begin(kernel.host())) {
      Capture capture =
          kernel.capture(new CaptureRequest(maps.selector(), false), recording, Progress.NONE);
      Tracing tracing = tracer.drain(store, kernel.host().id());
      SnapshotHeader taken = recording.commit(capture, tracing, kernel.survey(capture));
      tracer.retire(tracing);
      return taken;
    }
  }
}
