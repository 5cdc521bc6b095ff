package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.Kernel;
import dev.bpfaudit.report.Format;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `watch`: checks on a schedule, and writes as they are made.
@Command(
    name = "watch",
    header = "Check every so often, and print writes to maps as they are made.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sudo bpfaudit watch                               until Ctrl-C: writes live, a check a minute",
      "  sudo bpfaudit watch --map 'allow_*' --every 5s",
      "  sudo bpfaudit watch --format jsonl | jq 'select(.schema == \"bpfaudit.write/1\")'",
      "  sudo bpfaudit watch --every 1s --count 60 > minute.txt",
      "  as a service: see samples/bpfaudit-watch.service",
      "",
      "A report is printed when a check finds what the one before did not; a check without a finding",
      "is a line at the foot of the terminal, and of standard error with --verbose. With a baseline,",
      "checks compare with it, else with the check before. Where no tracer is installed, watch",
      "installs one for as long as it runs. The store is open only while a check runs. SIGINT and",
      "SIGTERM end it: it checks once more if the tracer is its own, takes it away, and ends with the",
      "findings of all its checks added up, or with why the last check failed."
    })
final class WatchCommand extends AuditCommand {
  @Option(
      names = "--every",
      paramLabel = "INTERVAL",
      description = "How often to check: 5s, 60s, 15m, 1h. Default: ${DEFAULT-VALUE}.",
      defaultValue = "60s")
  private String every = "60s";

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "End after so many checks. Default: go on until told to end.")
  private long count = Long.MAX_VALUE;

  @Option(
      names = "--map",
      paramLabel = "MAP",
      description = "Tell only of these maps: an id, a pin path, or a name with *. Repeatable.")
  private List<String> maps = new ArrayList<>();

  @Option(
      names = "--no-tracer",
      description = "Install no tracer. One that is installed is followed all the same.")
  private boolean noTracer;

  @Option(
      names = "--stack-traces",
      description =
          "Read stack_trace maps too. Reading swaps each of their slots out and in again.")
  private boolean stackTraces;

  WatchCommand(Context context) {
    super(context);
  }

  @Override
  int run() {
    Duration interval = Beats.parse(every);
    refuseWhatIsNoStream();
    Kernel kernel = context().kernel().get();
    MapSelector selector = MapSelector.of(maps);
    WatchStream stream = new WatchStream(this);
    WatchTracer tracer = new WatchTracer(kernel.tracer(), !noTracer, stream);
    LiveFeed feed = new LiveFeed(kernel, context().clock(), selector, options().verbose(), stream);
    Patience patience = new Patience(context().pace().get(), kernel::boottimeNanos);
    WatchCycle cycle =
        new WatchCycle(
            this, new Check(selector, stackTraces), kernel, feed, stream, patience::left);
    Beats beats = new Beats(kernel.boottimeNanos(), interval);
    return new Watch(beats, patience, stream, tracer, feed, cycle, this::storeToRecordFor)
        .until(count);
  }

  private void refuseWhatIsNoStream() {
    if (options().format() == Format.JSON) {
      throw new UsageException(
          "watch writes a stream, which is no single JSON object. Use --format jsonl: an object a line.");
    }
    if (options().output().isPresent()) {
      throw new UsageException(
          "watch writes a stream, which is never whole, so --output cannot hold it. Redirect standard output: > FILE.");
    }
    if (count < 1) {
      throw new UsageException(
          "--count " + count + " ends before the first check. Give at least 1.");
    }
  }

  /// As the store will call itself.
  private Path storeToRecordFor() {
    if (!Files.isDirectory(storeDirectory())) {
      return realStoreDirectory();
    }
    try {
      return storeDirectory().toRealPath();
    } catch (IOException e) {
      throw new UsageException("--store " + storeDirectory() + ": " + e.getMessage());
    }
  }
}
