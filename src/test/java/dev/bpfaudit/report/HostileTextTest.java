package dev.bpfaudit.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bpfaudit.diff.AttributeChange;
import dev.bpfaudit.diff.AttributeValue;
import dev.bpfaudit.diff.EntryChanges;
import dev.bpfaudit.diff.MapChange;
import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.KernelText;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.Probe;
import dev.bpfaudit.model.Snapshot;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Surroundings;
import dev.bpfaudit.model.TableRef;
import dev.bpfaudit.model.Task;
import dev.bpfaudit.model.TracedProcess;
import dev.bpfaudit.model.TracedProgram;
import dev.bpfaudit.model.Verification;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Names, pins, reasons and values that attack a terminal reach it as harmless text.
class HostileTextTest {
  private static final String EVIL =
      "\u001b[2J\r\nx\u0007\u009b31m\u202egnp\u2066\u2028\u007f\ud800\ue000\"";
  private static final HostFacts HOST = new HostFacts(EVIL, EVIL, EVIL, EVIL, 2);
  private static final BpfMap MAP =
      Facts.map(7, MapType.HASH, EVIL, 4, 20, List.of("/sys/fs/bpf/" + EVIL));
  private static final BpfMap JUMPS = Facts.map(8, MapType.PROG_ARRAY, EVIL, 4, 4);
  private static final String ATTACK = "1b5b324a" + "0d0a".repeat(6) + "e280ae9b";

  static Stream<Document> documents() {
    MapState unread = Facts.state(MAP, new Contents.Unreadable(EVIL));
    List<MapState> maps = maps();
    return Stream.of(
        Facts.untraced("diff", diff()),
        TracedDiff.by(process()),
        TracedDiff.by(
            new Author.Program(
                new TracedProgram(5, Bytes.EMPTY, EVIL, 6, EVIL), new Task(5, EVIL))),
        TracedDiff.by(new Author.UnknownProgram(EVIL, new Task(0, EVIL))),
        TracedDiff.by(new Author.Unknown(EVIL)),
        new AuditReport.Initial(
            Facts.run("check"), snapshot(1, List.of(unread)), Surroundings.NONE),
        LiveWrites.update(process(), "1b5b324a", ATTACK, 1),
        LiveWrites.written(
            MAP,
            Operation.CREATE,
            new Author.UnknownProgram(EVIL, new Task(0, EVIL)),
            LiveWrites.WHOLE,
            LiveWrites.NONE,
            1,
            1),
        new Notice(Facts.NOON, Notice.Kind.FAILED, EVIL),
        new Document.SnapshotTaken(Facts.run("snapshot"), header(1), List.of(unread)),
        new Document.SnapshotLog(List.of(header(1)), 1),
        new Document.MapList(new Origin.Stored(header(1)), List.of(MAP)),
        new Document.MapContents(new Origin.Stored(header(1)), maps, List.of(program())),
        new Document.VerifyResult(
            new Verification(1, 1, Bytes.EMPTY, List.of(new Verification.Fault(EVIL, EVIL))), null),
        new Document.DoctorResult(
            HOST,
            List.of(
                new Probe(
                    EVIL, Probe.Group.READING, EVIL, Probe.Answer.UNKNOWN, EVIL, EVIL, EVIL))));
  }

  private static Author process() {
    List<String> args = List.of(EVIL, "", EVIL.repeat(9), "x), uid 0)  confirmed");
    return new Author.Caller(new TracedProcess(4, 4, EVIL, EVIL, args, 0, EVIL, EVIL, 3, EVIL));
  }

  private static List<MapState> maps() {
    TableRef seen = TableRef.of(Facts.table(4, 20, "00000000" + ATTACK));
    return List.of(
        Facts.complete(MAP, seen.load()),
        Facts.complete(JUMPS, Facts.table(4, 4, "00000000 05000000")),
        Facts.state(MAP, new Contents.Partial(seen, EVIL)),
        Facts.state(MAP, new Contents.NotEnumerable(EVIL, seen)),
        Facts.state(MAP, new Contents.Unreadable(EVIL)));
  }

  private static BpfProgram program() {
    return new BpfProgram(5, 6, EVIL, Bytes.fromHex("00"), 0, List.of());
  }

  private static SnapshotHeader header(long number) {
    return Facts.header(HOST, number, Duration.ofMinutes(number), 2, 1);
  }

  private static Snapshot snapshot(long number, List<MapState> maps) {
    SnapshotHeader header = header(number);
    Capture capture =
        new Capture(HOST, header.takenAt(), header.boottimeNanos(), maps, List.of(program()));
    return new Snapshot(header, capture);
  }

  private static SnapshotDiff diff() {
    FlatTable none = FlatTable.empty(4, 20);
    MapState was = Facts.complete(MAP, none);
    List<MapState> maps = maps();
    EntryChanges entries = EntryChanges.between(none, Facts.table(4, 20, "00000000" + ATTACK));
    EntryChanges calls =
        EntryChanges.between(
            FlatTable.empty(4, 4), Facts.table(4, 4, "00000000 05000000", "01000000 06000000"));
    List<AttributeChange> attributes =
        List.of(
            new AttributeChange(
                "pins",
                new AttributeValue.Texts(List.of(EVIL)),
                new AttributeValue.Texts(List.of())));
    return new SnapshotDiff(
        snapshot(1, List.of(was)),
        snapshot(2, maps),
        List.of(
            new MapChange.Compared(was, maps.get(0), false, attributes, entries),
            new MapChange.Compared(maps.get(1), maps.get(1), false, List.of(), calls),
            new MapChange.NotComparable(was, maps.get(4), false, attributes, EVIL, true),
            new MapChange.Added(maps.get(2), false)),
        1);
  }

  @ParameterizedTest
  @MethodSource("documents")
  void textHasNothingATerminalObeys(Document document) {
    for (boolean verbose : new boolean[] {false, true}) {
      String text = Rendered.text(document, false, verbose);
      for (String line : text.split("\n", -1)) {
        assertThat(KernelText.printable(line)).isEqualTo(line);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("documents")
  void jsonIsPrintableAscii(Document document) {
    assertThat(Rendered.of(document, Format.JSON)).matches("[\n -~]*");
    assertThat(Rendered.of(document, Format.JSONL)).matches("[\n -~]*");
  }

  @Test
  void jsonKeepsTheTextExactly() throws JsonProcessingException {
    String name = KernelText.decode("a\u001b\u202e\u00e4\\".getBytes(StandardCharsets.UTF_8));
    BpfMap map = Facts.map(7, MapType.HASH, name, 4, 4);
    Document list = new Document.MapList(new Origin.Live(Facts.HOST, Facts.NOON), List.of(map));
    var json = new ObjectMapper().readTree(Rendered.of(list, Format.JSON));
    assertThat(json.at("/maps/0/name").asText()).isEqualTo(name);
  }

  @Test
  void invalidUtf8IsShownInHex() {
    String name = KernelText.decode(new byte[] {'a', (byte) 0xff, (byte) 0xc3});
    BpfMap map = Facts.map(7, MapType.HASH, name, 4, 4);
    Document list = new Document.MapList(new Origin.Live(Facts.HOST, Facts.NOON), List.of(map));
    assertThat(Rendered.text(list, false, false)).contains("a\\xff\\xc3");
  }
}
