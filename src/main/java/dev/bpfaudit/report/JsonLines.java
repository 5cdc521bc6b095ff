package dev.bpfaudit.report;

import dev.bpfaudit.attribution.Transient;
import dev.bpfaudit.diff.EntryChange;
import dev.bpfaudit.diff.MapChange;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.Probe;
import dev.bpfaudit.model.SnapshotHeader;
import java.io.IOException;

/// A [Document] as lines: one finding or item each. What is no list is its document on one line.
///
/// A report has a line of kind `map` for what happened to a map itself, one of kind `entry` for
/// each entry change, and always one of kind `summary`, which is the last.
final class JsonLines {
  private final Json json;
  private final Tool tool;
  private final JsonFacts facts;
  private final JsonItem item;

  JsonLines(Json json, Tool tool) {
    this.json = json;
    this.tool = tool;
    this.facts = new JsonFacts(json);
    this.item = new JsonItem(json);
  }

  void write(Document document) throws IOException {
    switch (document) {
      case AuditReport report -> report(report);
      case Document.SnapshotLog log -> log(log);
      case Document.MapList list -> maps(list);
      case Document.MapContents contents -> contents(contents);
      case Document.DoctorResult result -> doctor(result);
      case Document.SchemaList list -> schemas(list);
      case Document.SnapshotTaken _,
          BaselineState _,
          Document.VerifyResult _,
          TracerState _,
          Written _,
          Notice _ ->
          new JsonDocument(json, tool).write(document);
    }
  }

  private void begin(String name) throws IOException {
    json.object().put("schema", "bpfaudit." + name + "-line/1");
  }

  private void report(AuditReport report) throws IOException {
    switch (report) {
      case AuditReport.Initial _ -> {}
      case AuditReport.Compared compared -> findings(compared);
    }
    begin("report");
    json.put("kind", "summary").put("run", report.run().id());
    facts.tool(tool);
    new JsonReport(json).frame(report);
    json.end();
  }

  private void findings(AuditReport.Compared report) throws IOException {
    JsonMapChange writer = new JsonMapChange(json, report);
    for (MapChange change : report.changes()) {
      MapFinding finding = MapFinding.of(change);
      if (finding.aboutTheMap()) {
        beginFinding("map", report, writer, finding.map());
        writer.details(finding);
        json.end();
      }
      for (EntryChange entry : finding.entries()) {
        beginFinding("entry", report, writer, finding.map());
        writer.entry(finding, entry);
        json.end();
      }
      for (Transient one : writer.transients(finding)) {
        beginFinding("entry", report, writer, finding.map());
        writer.entry(finding, one);
        json.end();
      }
    }
  }

  private void beginFinding(
      String kind, AuditReport.Compared report, JsonMapChange writer, BpfMap map)
      throws IOException {
    begin("report");
    json.put("kind", kind)
        .put("run", report.run().id())
        .put("host", report.to().capture().host().id())
        .put("from", report.diff().from().header().number())
        .put("to", report.to().header().number());
    json.object("map");
    writer.identity(map);
    json.end();
  }

  private void log(Document.SnapshotLog log) throws IOException {
    for (SnapshotHeader snapshot : log.snapshots()) {
      begin("log");
      item.snapshot(snapshot, log.baseline());
      json.end();
    }
  }

  private void maps(Document.MapList list) throws IOException {
    for (BpfMap map : list.maps()) {
      begin("maps");
      facts.origin(list.origin());
      facts.map(map);
      json.end();
    }
  }

  /// For each map a line about the map, then its entries.
  private void contents(Document.MapContents contents) throws IOException {
    ProgramNames programs = new ProgramNames(contents.programs());
    for (MapState state : contents.maps()) {
      begin("show");
      json.put("kind", "map");
      facts.origin(contents.origin());
      json.object("map");
      facts.map(state.map());
      json.end();
      item.contents(state);
      json.end();
      FlatTable table = JsonItem.knownTable(state);
      for (long row = 0; row < table.count(); row++) {
        begin("show");
        json.put("kind", "entry").put("map", state.map().id());
        item.entry(state, table, row, programs);
        json.end();
      }
    }
  }

  private void doctor(Document.DoctorResult result) throws IOException {
    for (Probe probe : result.probes()) {
      begin("doctor");
      facts.host(result.host());
      item.probe(probe);
      json.end();
    }
  }

  private void schemas(Document.SchemaList list) throws IOException {
    for (String name : list.names()) {
      begin("schema");
      json.put("name", name).end();
    }
  }
}
