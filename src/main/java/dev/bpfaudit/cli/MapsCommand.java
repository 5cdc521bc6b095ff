package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.Kernel;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.Snapshot;
import dev.bpfaudit.report.Document;
import dev.bpfaudit.report.Origin;
import dev.bpfaudit.store.Store;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `maps`: lists maps, live or as they were.
@Command(
    name = "maps",
    header = "List the maps of this host, live, or as a stored snapshot saw them.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sudo bpfaudit maps",
      "  sudo bpfaudit maps --map 'cilium_*'",
      "  bpfaudit maps --at 2h --format json"
    })
final class MapsCommand extends AuditCommand {
  @Option(names = "--at", paramLabel = "WHEN", description = "As stored then: " + When.FORMS + ".")
  private @Nullable String at;

  @Option(
      names = "--map",
      paramLabel = "MAP",
      description = "List only these maps: an id, a pin path, or a name with *. Repeatable.")
  private List<String> maps = new ArrayList<>();

  MapsCommand(Context context) {
    super(context);
  }

  @Override
  int run() {
    MapSelector selector = MapSelector.of(maps);
    if (at == null) {
      Kernel kernel = context().kernel().get();
      list(new Origin.Live(kernel.host(), context().clock().instant()), kernel.maps(), selector);
      return ExitCode.SAME;
    }
    When when = When.parse(at);
    try (Store store = openExistingStore()) {
      Snapshot stored = History.of(store, context()).load(when, context().clock().instant());
      List<BpfMap> then = stored.capture().maps().stream().map(MapState::map).toList();
      list(new Origin.Stored(stored.header()), then, selector);
    }
    return ExitCode.SAME;
  }

  private void list(Origin origin, List<BpfMap> all, MapSelector selector) {
    selector.requireMatches(all);
    write(new Document.MapList(origin, all.stream().filter(selector).toList()));
  }
}
