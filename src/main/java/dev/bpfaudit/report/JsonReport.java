package dev.bpfaudit.report;

import dev.bpfaudit.attribution.Coverage;
import dev.bpfaudit.attribution.Gap;
import dev.bpfaudit.attribution.RaisedAlarm;
import dev.bpfaudit.attribution.Untold;
import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.Snapshot;
import java.io.IOException;
import java.util.List;

/// The parts of a report that the document and its lines share, and the document.
final class JsonReport {
  private final Json json;
  private final JsonFacts facts;

  JsonReport(Json json) {
    this.json = json;
    this.facts = new JsonFacts(json);
  }

  /// All fields after `tool`.
  void write(AuditReport report) throws IOException {
    facts.run(report.run());
    frame(report);
    json.array("maps");
    switch (report) {
      case AuditReport.Initial _ -> {}
      case AuditReport.Compared compared -> {
        JsonMapChange change = new JsonMapChange(json, compared);
        for (var each : compared.changes()) {
          change.write(MapFinding.of(each));
        }
      }
    }
    json.end();
  }

  /// What is known before the first map: which snapshots, how much was seen, what was found.
  void frame(AuditReport report) throws IOException {
    json.put("initial", report instanceof AuditReport.Initial);
    facts.host(report.to().capture().host());
    switch (report) {
      case AuditReport.Initial _ -> json.putNull("from");
      case AuditReport.Compared compared ->
          facts.reference("from", compared.diff().from().header());
    }
    facts.reference("to", report.to().header());
    coverage(report);
    summary(Summary.of(report));
    alarms(report.alarms());
    json.array("shortLivedMaps");
    if (report instanceof AuditReport.Compared compared) {
      new JsonShortLived(json).write(compared.attribution().shortLived());
    }
    json.end();
  }

  private void alarms(List<RaisedAlarm> alarms) throws IOException {
    json.array("alarms");
    for (RaisedAlarm raised : alarms) {
      Alarm alarm = raised.alarm();
      json.row();
      json.put("kind", alarm.kind().label)
          .put("severity", alarm.severity().label)
          .put("what", alarm.what())
          .put("why", alarm.why())
          .put("snapshot", raised.snapshot().number());
      json.end();
    }
    json.end();
  }

  private void coverage(AuditReport report) throws IOException {
    json.object("coverage");
    switch (report) {
      case AuditReport.Initial _ -> {
        json.put("tracer", "none").putNull("from").putNull("to");
        json.put("complete", false).put("lost", 0).array("gaps").end();
        blindSpots(BlindSpot.ALL, report);
        json.array("untold").end();
        json.put("passedOver", 0);
      }
      case AuditReport.Compared compared -> {
        Coverage coverage = compared.attribution().coverage();
        watched(coverage);
        blindSpots(BlindSpot.of(compared.attribution()), report);
        untold(compared.attribution().inDoubt());
        json.put("passedOver", compared.attribution().passedOver());
      }
    }
    notEnumerable(report.to());
    json.end();
  }

  private void watched(Coverage coverage) throws IOException {
    HookKind tracer = coverage.tracer();
    json.put("tracer", tracer == null ? "none" : tracer.label)
        .put("from", coverage.from())
        .put("to", coverage.to())
        .put("complete", coverage.complete())
        .put("lost", coverage.lost());
    json.array("gaps");
    for (Gap gap : coverage.gaps()) {
      json.row();
      json.put("from", gap.from()).put("to", gap.to());
      json.put("path", gap.path()).put("why", gap.why());
      json.end();
    }
    json.end();
  }

  private void blindSpots(List<BlindSpot> spots, AuditReport report) throws IOException {
    json.array("blindSpots");
    for (BlindSpot spot : spots) {
      json.row().put("path", spot.path()).put("why", spot.why()).end();
    }
    for (String why : report.unchecked()) {
      json.row().put("path", "hiddenMaps").put("why", why).end();
    }
    json.end();
  }

  private void untold(List<Untold> maps) throws IOException {
    json.array("untold");
    for (Untold one : maps) {
      json.row()
          .put("id", one.map().id())
          .put("name", one.map().name())
          .put("type", one.map().typeName())
          .put("writes", one.writes())
          .end();
    }
    json.end();
  }

  private void notEnumerable(Snapshot to) throws IOException {
    json.array("notEnumerable");
    for (MapState map : to.capture().maps()) {
      if (map.contents() instanceof Contents.NotEnumerable(String why, var _)) {
        facts.unread(map, "why", why);
      }
    }
    json.end();
  }

  private void summary(Summary summary) throws IOException {
    json.object("summary");
    json.row("maps")
        .put("total", summary.maps())
        .put("added", summary.added())
        .put("removed", summary.removed())
        .put("replaced", summary.replaced())
        .put("changed", summary.changed())
        .put("notComparable", summary.notComparable())
        .put("notEnumerable", summary.notEnumerable())
        .end();
    json.row("entries")
        .put("total", summary.entries())
        .put("added", summary.entriesAdded())
        .put("removed", summary.entriesRemoved())
        .put("changed", summary.entriesChanged())
        .put("transient", summary.entriesTransient())
        .end();
    json.row("severities").end();
    json.end();
  }
}
