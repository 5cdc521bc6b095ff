package dev.bpfaudit.report;

import static dev.bpfaudit.report.Facts.HOST;
import static dev.bpfaudit.report.Facts.NOON;
import static dev.bpfaudit.report.Facts.header;
import static dev.bpfaudit.report.Facts.map;
import static dev.bpfaudit.report.Facts.run;
import static dev.bpfaudit.report.Facts.snapshot;
import static dev.bpfaudit.report.Facts.table;

import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.model.Baseline;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Probe;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Surroundings;
import dev.bpfaudit.model.TableRef;
import dev.bpfaudit.model.Verification;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// One document of every kind, empty and full, by the name of its golden files.
final class Documents {
  private static final Duration DAY = Duration.ofDays(1);

  private Documents() {}

  static Map<String, Document> all() {
    Map<String, Document> all = new LinkedHashMap<>();
    SnapshotDiff diff = RichDiff.make();
    List<MapState> maps = diff.to().capture().maps();
    all.put("report-rich", Facts.untraced("diff", diff));
    all.put("report-traced", TracedDiff.make());
    all.put("report-complete", TracedDiff.complete());
    all.put("report-transient", TransientDiff.make());
    all.put("report-same", Facts.untraced("check", same()));
    all.put("report-initial", new AuditReport.Initial(run("check"), diff.to(), Surroundings.NONE));
    all.put("snapshot-empty", taken(snapshot(1, DAY, List.of(), 0).header(), List.of()));
    all.put("snapshot", taken(diff.to().header(), unread(maps)));
    all.put("log-empty", new Document.SnapshotLog(List.of(), 0));
    all.put(
        "log", new Document.SnapshotLog(List.of(header(12, DAY, 104, 3), header(9, DAY, 7, 0)), 9));
    all.put("maps-empty", new Document.MapList(new Origin.Live(HOST, NOON), List.of()));
    all.put("maps", new Document.MapList(stored(), maps.stream().map(MapState::map).toList()));
    all.put("show-empty", new Document.MapContents(stored(), List.of(), List.of()));
    all.put("show", new Document.MapContents(new Origin.Live(HOST, NOON), shown(), programs()));
    all.put("baseline-absent", new BaselineState.Absent());
    all.put("baseline", new BaselineState.Present(baseline()));
    all.put("verify", new Document.VerifyResult(verification(List.of()), null));
    all.put("verify-faults", new Document.VerifyResult(verification(faults()), hash("0d")));
    all.put("doctor-empty", new Document.DoctorResult(HOST, List.of()));
    all.put("doctor", doctor());
    all.put("tracer-absent", new TracerState.Absent(HOST));
    all.put("tracer-fentry", Tracers.state(HOST, HookKind.FENTRY));
    all.put("tracer-tracepoint", Tracers.state(HOST, HookKind.TRACEPOINT));
    all.putAll(LiveWrites.documents());
    all.put("schema", new Document.SchemaList(List.of("log", "report")));
    all.put("schema-empty", new Document.SchemaList(List.of()));
    return all;
  }

  private static Document taken(SnapshotHeader header, List<MapState> unread) {
    return new Document.SnapshotTaken(run("snapshot"), header, unread);
  }

  private static SnapshotDiff same() {
    List<MapState> maps = List.of(Facts.complete(map(1, MapType.ARRAY, "a", 4, 4), table(4, 4)));
    return new SnapshotDiff(
        snapshot(1, Duration.ZERO, maps, 0), snapshot(2, DAY, maps, 0), List.of(), 0);
  }

  private static List<MapState> unread(List<MapState> maps) {
    return maps.stream().filter(m -> MapFinding.unreadReason(m.contents()) != null).toList();
  }

  private static Origin stored() {
    return new Origin.Stored(header(9, DAY, 7, 0));
  }

  private static List<BpfProgram> programs() {
    return List.of(Facts.DENY, Facts.ALLOW);
  }

  /// Every map of the rich diff that has few entries, and a queue with its head.
  private static List<MapState> shown() {
    MapState queue =
        Facts.state(
            map(96, MapType.QUEUE, "jobs", 0, 4),
            new Contents.NotEnumerable(
                "a queue shows only its head", TableRef.of(table(0, 4, "6a6f6231"))));
    List<MapState> maps =
        new ArrayList<>(
            RichDiff.make().to().capture().maps().stream()
                .filter(map -> !map.map().name().equals("flows"))
                .toList());
    maps.add(queue);
    maps.add(Facts.complete(map(97, MapType.HASH, "none", 4, 4), FlatTable.empty(4, 4)));
    return maps;
  }

  private static Baseline baseline() {
    return new Baseline(header(9, DAY, 7, 0), NOON.plus(DAY), hash("ab"));
  }

  private static Bytes hash(String octet) {
    return Bytes.fromHex(octet.repeat(32));
  }

  private static Verification verification(List<Verification.Fault> faults) {
    return new Verification(12, 340, hash("aa"), faults);
  }

  private static List<Verification.Fault> faults() {
    return List.of(
        new Verification.Fault("snapshot @7", "its manifest does not have the digest it says"),
        new Verification.Fault("anchor", "the expected hash is not in the chain"));
  }

  static Document doctor() {
    return new Document.DoctorResult(HOST, probes());
  }

  private static List<Probe> probes() {
    return List.of(
        new Probe(
            "batch.hash",
            Probe.Group.READING,
            "batch lookup in hash maps",
            Probe.Answer.YES,
            "lookup_batch: success",
            null,
            "5.6"),
        new Probe(
            "batch.lpm_trie",
            Probe.Group.READING,
            "batch lookup in LPM tries",
            Probe.Answer.NO,
            "lookup_batch: ENOTSUPP (524, not supported); since Linux 5.13",
            "ENOTSUPP",
            "5.13"),
        new Probe(
            "tracepoint",
            Probe.Group.TRACING,
            "programs on tracepoints",
            Probe.Answer.UNKNOWN,
            "tracefs is not mounted",
            null,
            "4.7"),
        new Probe(
            "kptr_restrict",
            Probe.Group.SETTINGS,
            "addresses are hidden",
            Probe.Answer.NO,
            "0",
            null,
            null));
  }
}
