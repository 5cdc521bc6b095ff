package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.CaptureRequest;
import dev.bpfaudit.kernel.Kernel;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.Snapshot;
import dev.bpfaudit.model.TableSink;
import dev.bpfaudit.report.Document;
import dev.bpfaudit.report.Origin;
import dev.bpfaudit.store.Store;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `show`: prints the entries of maps, live or as they were.
@Command(
    name = "show",
    header = "Print a map with its entries, live, or as a stored snapshot saw it.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sudo bpfaudit show allow_list",
      "  sudo bpfaudit show 57 --format json",
      "  bpfaudit show /sys/fs/bpf/allow_list --at baseline"
    })
final class ShowCommand extends AuditCommand {
  @Parameters(
      arity = "1..*",
      paramLabel = "MAP",
      description = "An id, a pin path, or a name with *.")
  private List<String> maps = new ArrayList<>();

  @Option(names = "--at", paramLabel = "WHEN", description = "As stored then: " + When.FORMS + ".")
  private @Nullable String at;

  @Option(
      names = "--stack-traces",
      description =
          "Read stack_trace maps too. Reading swaps each of their slots out and in again.")
  private boolean stackTraces;

  ShowCommand(Context context) {
    super(context);
  }

  @Override
  int run() {
    MapSelector selector = MapSelector.of(maps);
    if (at == null) {
      return showLive(selector);
    }
    When when = When.parse(at);
    try (Store store = openExistingStore()) {
      Snapshot stored = History.of(store, context()).load(when, context().clock().instant());
      selector.requireMatches(stored.capture().maps().stream().map(MapState::map).toList());
      return show(new Origin.Stored(stored.header()), stored.capture(), selector);
    }
  }

  private int showLive(MapSelector selector) {
    Kernel kernel = context().kernel().get();
    selector.requireMatches(kernel.maps());
    Capture capture = capture(kernel, selector);
    return show(new Origin.Live(kernel.host(), capture.takenAt()), capture, selector);
  }

  private Capture capture(Kernel kernel, MapSelector selector) {
    try (ProgressLine progress = progress()) {
      return kernel.capture(
          new CaptureRequest(selector, stackTraces), TableSink.inMemory(), progress);
    }
  }

  private int show(Origin origin, Capture capture, MapSelector selector) {
    List<MapState> wanted =
        capture.maps().stream().filter(state -> selector.test(state.map())).toList();
    write(new Document.MapContents(origin, wanted, capture.programs()));
    boolean unread =
        wanted.stream()
            .map(MapState::contents)
            .anyMatch(contents ->
                contents instanceof Contents.Unreadable || contents instanceof Contents.Partial);
    return unread ? ExitCode.UNREAD : ExitCode.SAME;
  }
}
