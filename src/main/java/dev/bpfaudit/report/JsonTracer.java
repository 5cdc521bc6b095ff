package dev.bpfaudit.report;

import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Loss;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.TracerStatus;
import dev.bpfaudit.model.WritePath;
import java.io.IOException;
import java.util.Locale;

/// The tracer as JSON.
final class JsonTracer {
  private final Json json;
  private final JsonFacts facts;

  JsonTracer(Json json) {
    this.json = json;
    this.facts = new JsonFacts(json);
  }

  void write(TracerState state) throws IOException {
    facts.host(state.host());
    switch (state) {
      case TracerState.Absent _ -> json.putNull("tracer");
      case TracerState.Present present -> present(present);
    }
  }

  private void present(TracerState.Present state) throws IOException {
    TracerStatus status = state.status();
    json.object("tracer")
        .put("installation", status.installation().hex())
        .put("kind", status.kind().label)
        .put("installedAt", state.at(status.installedNanos()))
        .put("store", status.store().toString())
        .put("current", status.current())
        .put("drainedAt", state.at(status.drainedNanos()))
        .put("recorded", status.recorded())
        .put("memory", status.memory());
    json.array("paths");
    for (WritePath path : status.paths()) {
      path(state, path);
    }
    json.end().array("losses");
    for (Loss loss : status.losses()) {
      json.row().put("what", loss.what()).put("count", loss.count()).end();
    }
    json.end().array("alarms");
    for (Alarm alarm : state.alarms()) {
      json.row()
          .put("kind", alarm.kind().label)
          .put("severity", alarm.severity().label)
          .put("what", alarm.what())
          .put("why", alarm.why())
          .end();
    }
    json.end().end();
  }

  private void path(TracerState.Present state, WritePath path) throws IOException {
    json.row()
        .put("path", path.name())
        .put("kind", path.kind().label)
        .put(
            "types",
            path.types().stream()
                .sorted()
                .map(MapType::name)
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList())
        .put(
            "operations",
            path.operations().stream().sorted().map((Operation o) -> o.label).toList());
    switch (path.state()) {
      case WritePath.Watched(long since) ->
          json.put("watchedSince", state.at(since)).putNull("why");
      case WritePath.Blind(String why) -> json.putNull("watchedSince").put("why", why);
    }
    json.end();
  }
}
