package dev.bpfaudit.report;

import dev.bpfaudit.attribution.ShortLived;
import dev.bpfaudit.attribution.Writer;
import dev.bpfaudit.model.BpfMap;
import java.io.IOException;
import java.util.List;

/// Maps that came and went between two snapshots.
final class JsonShortLived {
  private final Json json;
  private final JsonWriter writers;

  JsonShortLived(Json json) {
    this.json = json;
    this.writers = new JsonWriter(json);
  }

  /// The elements of an array.
  void write(List<ShortLived> maps) throws IOException {
    for (ShortLived one : maps) {
      BpfMap map = one.map();
      json.object().put("id", one.id());
      json.put("name", map == null ? null : map.name());
      json.put("type", map == null ? null : map.typeName());
      json.putNumbers("snapshots", one.snapshots()).put("writes", one.writes());
      json.put("attribution", one.who().level().label).array("writers");
      for (Writer writer : one.who().writers()) {
        writers.write(writer);
      }
      json.end().end();
    }
  }
}
