package dev.bpfaudit.report;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.Probe;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.TableRef;
import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The items of lists, the same in a document and on a line.
final class JsonItem {
  private final Json json;
  private final JsonFacts facts;

  JsonItem(Json json) {
    this.json = json;
    this.facts = new JsonFacts(json);
  }

  void snapshot(SnapshotHeader snapshot, long baseline) throws IOException {
    facts.header(snapshot);
    json.put("baseline", snapshot.number() == baseline);
  }

  void probe(Probe probe) throws IOException {
    json.put("name", probe.name())
        .put("group", probe.group().name().toLowerCase(Locale.ROOT))
        .put("question", probe.question())
        .put("answer", probe.answer().name().toLowerCase(Locale.ROOT))
        .put("detail", probe.detail())
        .put("errno", probe.errno())
        .put("since", probe.since());
  }

  /// How much of a map's contents is known.
  void contents(MapState state) throws IOException {
    switch (state.contents()) {
      case Contents.Complete _ -> contents(state, "complete", null);
      case Contents.Partial partial -> contents(state, "partial", partial.reason());
      case Contents.Unreadable unreadable -> contents(state, "unreadable", unreadable.reason());
      case Contents.NotEnumerable not -> contents(state, "notEnumerable", not.why());
    }
  }

  private void contents(MapState state, String label, @Nullable String reason) throws IOException {
    json.put("contents", label).put("reason", reason);
    json.row("window")
        .put("beganNanos", state.window().beganNanos())
        .put("endedNanos", state.window().endedNanos())
        .end();
  }

  /// The known entries, each an object.
  void entries(MapState state, ProgramNames programs) throws IOException {
    FlatTable table = knownTable(state);
    for (long row = 0; row < table.count(); row++) {
      json.row();
      entry(state, table, row, programs);
      json.end();
    }
  }

  /// The fields of one entry.
  void entry(MapState state, FlatTable table, long row, ProgramNames programs) throws IOException {
    Bytes value = Bytes.of(table.value(row));
    facts.key(Bytes.of(table.key(row)), false);
    facts.value("value", value, programs.find(state.map(), value));
  }

  /// What was read of a map, perhaps nothing.
  static FlatTable knownTable(MapState state) {
    return switch (state.contents()) {
      case Contents.Complete(TableRef table) -> table.load();
      case Contents.Partial(TableRef table, String _) -> table.load();
      case Contents.NotEnumerable(String _, TableRef seen) -> seen.load();
      case Contents.Unreadable _ -> FlatTable.empty(0, 0);
    };
  }
}
