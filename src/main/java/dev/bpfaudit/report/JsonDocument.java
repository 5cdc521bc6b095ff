package dev.bpfaudit.report;

import dev.bpfaudit.model.Baseline;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.Probe;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Verification;
import java.io.IOException;

/// A [Document] as one JSON object.
final class JsonDocument {
  private final Json json;
  private final JsonFacts facts;
  private final JsonItem item;
  private final Tool tool;

  JsonDocument(Json json, Tool tool) {
    this.json = json;
    this.facts = new JsonFacts(json);
    this.item = new JsonItem(json);
    this.tool = tool;
  }

  void write(Document document) throws IOException {
    json.object().put("schema", "bpfaudit." + name(document) + "/1");
    if (!(document instanceof Written || document instanceof Notice)) {
      facts.tool(tool); // a stream need not say it with every line
    }
    switch (document) {
      case AuditReport report -> new JsonReport(json).write(report);
      case Document.SnapshotTaken taken -> taken(taken);
      case Document.SnapshotLog log -> log(log);
      case Document.MapList list -> maps(list);
      case Document.MapContents contents -> contents(contents);
      case BaselineState state -> baseline(state);
      case Document.VerifyResult result -> verification(result);
      case Document.DoctorResult result -> doctor(result);
      case TracerState state -> new JsonTracer(json).write(state);
      case Document.SchemaList list -> json.put("names", list.names());
      case Written written -> new JsonWritten(json).write(written);
      case Notice notice ->
          json.put("at", notice.at()).put("kind", notice.kind().label).put("what", notice.what());
    }
    json.end();
  }

  /// The name of the schema of `document`.
  static String name(Document document) {
    return switch (document) {
      case AuditReport _ -> "report";
      case Document.SnapshotTaken _ -> "snapshot";
      case Document.SnapshotLog _ -> "log";
      case Document.MapList _ -> "maps";
      case Document.MapContents _ -> "show";
      case BaselineState _ -> "baseline";
      case Document.VerifyResult _ -> "verify";
      case Document.DoctorResult _ -> "doctor";
      case TracerState _ -> "tracer";
      case Document.SchemaList _ -> "schema";
      case Written _ -> "write";
      case Notice _ -> "notice";
    };
  }

  private void taken(Document.SnapshotTaken taken) throws IOException {
    facts.run(taken.run());
    json.object("snapshot");
    facts.header(taken.snapshot());
    json.end().array("unread");
    for (MapState map : taken.unread()) {
      facts.unread(map, "reason", MapFinding.unreadReason(map.contents()));
    }
    json.end();
  }

  private void log(Document.SnapshotLog log) throws IOException {
    if (log.baseline() == 0) {
      json.putNull("baseline");
    } else {
      json.put("baseline", log.baseline());
    }
    json.array("snapshots");
    for (SnapshotHeader snapshot : log.snapshots()) {
      json.row();
      item.snapshot(snapshot, log.baseline());
      json.end();
    }
    json.end();
  }

  private void maps(Document.MapList list) throws IOException {
    facts.origin(list.origin());
    json.array("maps");
    for (BpfMap map : list.maps()) {
      json.row();
      facts.map(map);
      json.end();
    }
    json.end();
  }

  private void contents(Document.MapContents contents) throws IOException {
    facts.origin(contents.origin());
    ProgramNames programs = new ProgramNames(contents.programs());
    json.array("maps");
    for (MapState state : contents.maps()) {
      json.object().row("map");
      facts.map(state.map());
      json.end();
      item.contents(state);
      json.array("entries");
      item.entries(state, programs);
      json.end().end();
    }
    json.end();
  }

  private void baseline(BaselineState state) throws IOException {
    switch (state) {
      case BaselineState.Absent _ -> json.putNull("baseline");
      case BaselineState.Present(Baseline baseline) -> {
        json.object("baseline").put("setAt", baseline.setAt()).put("hash", baseline.hash());
        json.object("snapshot");
        facts.header(baseline.snapshot());
        json.end().end();
      }
    }
  }

  private void verification(Document.VerifyResult result) throws IOException {
    Verification verification = result.verification();
    Bytes expected = result.expected();
    json.put("ok", verification.faults().isEmpty())
        .put("snapshots", verification.snapshots())
        .put("tables", verification.tables())
        .put("head", verification.head())
        .put("expected", expected == null ? null : expected.hex());
    json.array("faults");
    for (Verification.Fault fault : verification.faults()) {
      json.row().put("row", fault.row()).put("what", fault.what()).end();
    }
    json.end();
  }

  private void doctor(Document.DoctorResult result) throws IOException {
    facts.host(result.host());
    json.array("probes");
    for (Probe probe : result.probes()) {
      json.row();
      item.probe(probe);
      json.end();
    }
    json.end();
  }
}
