package dev.bpfaudit.report;

import dev.bpfaudit.attribution.Attributed;
import dev.bpfaudit.attribution.Attribution;
import dev.bpfaudit.attribution.MapAttribution;
import dev.bpfaudit.attribution.Transient;
import dev.bpfaudit.attribution.Writer;
import dev.bpfaudit.diff.AttributeChange;
import dev.bpfaudit.diff.AttributeValue;
import dev.bpfaudit.diff.EntryChange;
import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What differs in one map.
final class JsonMapChange {
  private final Json json;
  private final JsonFacts facts;
  private final JsonWriter writers;
  private final Attribution attribution;
  private final ProgramNames before;
  private final ProgramNames now;

  JsonMapChange(Json json, AuditReport.Compared report) {
    SnapshotDiff diff = report.diff();
    this.json = json;
    this.facts = new JsonFacts(json);
    this.writers = new JsonWriter(json);
    this.attribution = report.attribution();
    this.before = new ProgramNames(diff.from().capture().programs());
    this.now = new ProgramNames(diff.to().capture().programs());
  }

  void write(MapFinding finding) throws IOException {
    json.object();
    identity(finding.map());
    details(finding);
    json.array("entries");
    for (EntryChange change : finding.entries()) {
      json.row();
      entry(finding, change);
      json.end();
    }
    for (Transient one : transients(finding)) {
      json.row();
      entry(finding, one);
      json.end();
    }
    json.end().end();
  }

  List<Transient> transients(MapFinding finding) {
    return attribution.of(finding.change()).transients();
  }

  /// By what a reader finds the map.
  void identity(BpfMap map) throws IOException {
    json.put("id", map.id())
        .put("name", map.name())
        .put("type", map.typeName())
        .put("pins", map.pins());
  }

  /// All fields besides identity and entries.
  void details(MapFinding finding) throws IOException {
    BpfMap map = finding.map();
    Long previousId = finding.previousId();
    if (previousId == null) {
      json.putNull("previousId");
    } else {
      json.put("previousId", previousId);
    }
    json.put("keySize", map.keySize())
        .put("valueSize", map.valueSize())
        .put("maxEntries", map.maxEntries())
        .put("ambiguous", finding.ambiguous())
        .put("change", finding.kind().label)
        .put("reason", finding.reason())
        .putNull("severity")
        .putNull("rule");
    MapAttribution who = attribution.of(finding.change());
    attributed(who.map());
    attributes(finding.attributes(), who);
  }

  private void attributes(List<AttributeChange> changes, MapAttribution who) throws IOException {
    json.array("attributes");
    for (AttributeChange change : changes) {
      json.row();
      json.put("field", change.field());
      value("old", change.before());
      value("new", change.now());
      attributed(who.attribute(change));
      json.end();
    }
    json.end();
  }

  private void value(String name, AttributeValue value) throws IOException {
    switch (value) {
      case AttributeValue.Flag(boolean on) -> json.put(name, on);
      case AttributeValue.Amount(long number) -> json.putUnsigned(name, number);
      case AttributeValue.FlagSet(long bits) -> json.put(name, bits);
      case AttributeValue.Text(String text) -> json.put(name, text);
      case AttributeValue.Texts(List<String> texts) -> json.put(name, texts);
    }
  }

  /// The fields of one entry change.
  void entry(MapFinding finding, EntryChange change) throws IOException {
    BpfMap map = finding.map();
    switch (change) {
      case EntryChange.Added(Bytes key, Bytes is) -> entry(map, "added", key, null, is);
      case EntryChange.Removed(Bytes key, Bytes was) -> entry(map, "removed", key, was, null);
      case EntryChange.Changed(Bytes key, Bytes was, Bytes is) ->
          entry(map, "changed", key, was, is);
    }
    json.putNull("last").putNumbers("snapshots", List.of());
    attributed(attribution.of(finding.change()).entry(change));
  }

  /// The fields of an entry that came and went.
  void entry(MapFinding finding, Transient one) throws IOException {
    BpfMap map = finding.map();
    json.put("change", "transient");
    facts.key(one.key(), one.truncated());
    value(map, "old", one.before(), before);
    value(map, "new", one.now(), now);
    switch (one.last()) {
      case Transient.Value(Bytes start, int size) -> {
        BpfProgram known = now.find(map, start);
        facts.value("last", start, known == null ? before.find(map, start) : known, size);
      }
      case Transient.Absent _, Transient.Unknown _ -> json.putNull("last");
    }
    json.putNumbers("snapshots", one.snapshots());
    attributed(one.who());
  }

  private void entry(BpfMap map, String label, Bytes key, @Nullable Bytes was, @Nullable Bytes is)
      throws IOException {
    json.put("change", label);
    facts.key(key, false);
    value(map, "old", was, before);
    value(map, "new", is, now);
  }

  private void value(BpfMap map, String name, @Nullable Bytes value, ProgramNames programs)
      throws IOException {
    if (value == null) {
      json.putNull(name);
    } else {
      facts.value(name, value, programs.find(map, value));
    }
  }

  private void attributed(Attributed who) throws IOException {
    json.put("attribution", who.level().label).array("writers");
    for (Writer writer : who.writers()) {
      writers.write(writer);
    }
    json.end();
  }
}
