package dev.bpfaudit.cli;

import static dev.bpfaudit.Facts.map;
import static dev.bpfaudit.Facts.table;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.kernel.KernelException;
import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.MapType;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Commands against a real store and a kernel whose maps the test sets.
class CommandTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-10T12:00:00Z"), ZoneOffset.UTC);

  @TempDir private Path directory;
  private final FakeKernel kernel = new FakeKernel(CLOCK);

  private record Result(int exitCode, String out, String err) {}

  private Result run(String... arguments) {
    StringWriter out = new StringWriter();
    return run(out, arguments);
  }

  private Result run(Writer out, String... arguments) {
    StringWriter err = new StringWriter();
    var context =
        new Context(
            () -> kernel,
            CLOCK,
            Map.of("BPFAUDIT_STORE", directory.resolve("store").toString()),
            new Terminal(false, false, 100));
    int code =
        CommandTree.of(context, arguments)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new Result(code, out.toString(), err.toString());
  }

  @Test
  void theFirstCheckHasNothingToCompareWith() {
    kernel.put(map(1, "a"), table(1, 1, 1));
    Result first = run("check", "--format", "json");
    assertThat(first.exitCode()).isZero();
    assertThat(first.out()).contains("\"initial\": true").contains("\"from\": null");
  }

  @Test
  void exitBitsAddUp() {
    kernel.put(map(1, "a"), table(1, 1, 1, 2, 2));
    run("check");
    assertThat(run("check").exitCode()).isZero();
    kernel.put(map(1, "a"), table(1, 1, 1, 2, 2, 3, 3));
    assertThat(run("check").exitCode()).isEqualTo(1);
    kernel.put(map(1, "a"), table(1, 1, 1));
    assertThat(run("check").exitCode()).isEqualTo(2);
    kernel.put(map(1, "a"), table(1, 1, 9));
    assertThat(run("check").exitCode()).isEqualTo(4);
    kernel.put(map(2, "b"), table(1));
    kernel.put(map(1, "a"), table(1, 2, 9));
    assertThat(run("check").exitCode()).isEqualTo(3);
    kernel.put(map(1, "a", MapType.HASH, 10, true), table(1, 2, 9));
    assertThat(run("check").exitCode()).isEqualTo(4);
    kernel.deny(map(1, "a"), "lookup_batch: EPERM");
    assertThat(run("check").exitCode() & 8).isEqualTo(8);
    kernel.deny(map(7, "new"), "lookup_batch: EPERM");
    kernel.remove(1);
    assertThat(run("check").exitCode()).isEqualTo(1 | 2 | 8);
  }

  @Test
  void anAlarmIsToldFromThenOnAndSetsABit() {
    kernel.put(map(1, "a"), table(1, 1, 1));
    kernel.tracer().alarms =
        List.of(
            new Alarm(
                Alarm.Kind.TRACER_TAMPERED, Alarm.Severity.HIGH, "link \u001b[2J gone", "no pin"));
    assertThat(run("check").exitCode()).isEqualTo(4);
    kernel.tracer().alarms = List.of();
    assertThat(run("check"))
        .satisfies(r -> assertThat(r.exitCode()).isZero())
        .satisfies(r -> assertThat(r.out()).doesNotContain("!!"));
    kernel.tracer().alarms =
        List.of(
            new Alarm(Alarm.Kind.HIDDEN_MAP, Alarm.Severity.LOW, "map 7", "seen"),
            new Alarm(Alarm.Kind.HIDDEN_MAP, Alarm.Severity.CRITICAL, "map 8", "seen"));
    assertThat(run("check"))
        .satisfies(r -> assertThat(r.exitCode()).isEqualTo(4))
        .satisfies(r -> assertThat(r.out()).contains("!! critical: map 8\n   seen\n!! low: map 7"));
    Result diff = run("diff", "@1", "@3", "--format", "json");
    assertThat(diff.exitCode()).isEqualTo(4);
    assertThat(diff.out())
        .contains("\"kind\": \"hiddenMap\", \"severity\": \"critical\", \"what\": \"map 8\"")
        .contains("\"snapshot\": 3")
        .doesNotContain("tracerTampered");
  }

  @Test
  void aBaselineStaysTheReferenceUntilAnotherIsSet() {
    kernel.put(map(1, "a"), table(1, 1, 1));
    run("snapshot");
    assertThat(run("baseline", "set").exitCode()).isZero();
    kernel.put(map(1, "a"), table(1, 1, 2));
    assertThat(run("check").exitCode()).isEqualTo(4);
    assertThat(run("check").exitCode()).isEqualTo(4);
    assertThat(run("baseline", "set").exitCode()).isZero();
    assertThat(run("check").exitCode()).isZero();
    assertThat(run("baseline", "show").out()).contains("@3");
    assertThat(run("diff", "--since", "@1", "--until", "baseline").exitCode()).isEqualTo(4);
  }

  @Test
  void whatSnapshotsInBetweenShowAndWasPutBackIsTold() {
    kernel.put(map(1, "a"), table(1, 1, 1));
    run("snapshot");
    kernel.put(map(1, "a"), table(1, 1, 2, 7, 7));
    run("snapshot");
    kernel.put(map(1, "a"), table(1, 1, 1));
    run("snapshot");
    Result text = run("diff", "@1", "@3");
    assertThat(text.exitCode()).isEqualTo(4);
    assertThat(text.out())
        .contains("Nothing differs in 1 map; entries: 2 transient")
        .contains("± 01  |.|   01  |.| → 02  |.| → back")
        .contains("± 07  |.|   07  |.|, came and went");
    Result json = run("diff", "@3", "@1", "--format", "json");
    assertThat(json.exitCode()).isEqualTo(4);
    assertThat(json.out())
        .contains("\"change\": \"transient\"")
        .contains("\"change\": \"unchanged\"")
        .contains("\"snapshots\": [2]");
    assertThat(run("diff", "@1", "@3", "--map", "a").exitCode()).isEqualTo(4);
    run("baseline", "set", "@1");
    assertThat(run("check").exitCode()).isEqualTo(4);
  }

  @Test
  void comparesAcrossABootByWhatTheMapsAre() {
    kernel.put(map(1, "a"), table(1, 1, 1));
    run("check");
    kernel.remove(1);
    kernel.boot("99999999-2222-3333-4444-555555555555");
    kernel.put(map(9, "a"), table(1, 1, 2));
    Result report = run("check", "--format", "json");
    assertThat(report.exitCode()).isEqualTo(4);
    assertThat(report.out()).contains("\"replaced\"").contains("\"previousId\": 1");
  }

  @Test
  void misuseSaysWhatWouldBeRight() {
    kernel.put(map(1, "allow_list"), table(1, 1, 1));
    run("snapshot");
    assertThat(run("check", "--fromat", "json"))
        .satisfies(r -> assertThat(r.exitCode()).isEqualTo(64))
        .satisfies(r -> assertThat(r.err()).contains("--format"));
    assertThat(run("chek"))
        .satisfies(r -> assertThat(r.exitCode()).isEqualTo(64))
        .satisfies(r -> assertThat(r.err()).contains("check"));
    assertThat(run("show", "alow_list"))
        .satisfies(r -> assertThat(r.exitCode()).isEqualTo(64))
        .satisfies(r -> assertThat(r.err()).contains("did you mean allow_list"));
    assertThat(run("diff", "--since", "@7"))
        .satisfies(r -> assertThat(r.exitCode()).isEqualTo(64))
        .satisfies(r -> assertThat(r.err()).contains("The oldest is @1"));
    assertThat(run("diff").exitCode()).isEqualTo(64);
    assertThat(run("diff", "@1", "--since", "@1").exitCode()).isEqualTo(64);
    assertThat(run("check", "--store", "").exitCode()).isEqualTo(64);
    assertThat(run("check", "--map", "nope").err()).contains("stored as @2");
    assertThat(run("schema", "reprot"))
        .satisfies(r -> assertThat(r.exitCode()).isEqualTo(64))
        .satisfies(r -> assertThat(r.err()).contains("did you mean report"));
    assertThat(run("verify", "--expect", "xyz").exitCode()).isEqualTo(64);
    assertThat(run().exitCode()).isEqualTo(64);
  }

  @Test
  void comparesWithTheNewestUnlessToldOtherwiseAndSaysWhenTheOrderIsReversed() {
    kernel.put(map(1, "a"), table(1, 1, 1));
    run("snapshot");
    kernel.put(map(1, "a"), table(1, 1, 1, 2, 2));
    run("snapshot");
    assertThat(run("diff", "@1").exitCode()).isEqualTo(1);
    assertThat(run("diff", "@2", "@1"))
        .satisfies(r -> assertThat(r.exitCode()).isEqualTo(2))
        .satisfies(r -> assertThat(r.out()).contains("first is the newer one"));
  }

  @Test
  void whoMayNotListMapsMakesNoStore() {
    kernel.refuse();
    assertThat(run("check").exitCode()).isEqualTo(77);
    assertThat(directory.resolve("store")).doesNotExist();
  }

  @Test
  void commandsOnStoredDataSayWhenThereIsNone() {
    Result log = run("log");
    assertThat(log.exitCode()).isEqualTo(74);
    assertThat(log.err()).contains("bpfaudit snapshot").contains(directory.toString());
    assertThat(directory.resolve("store")).doesNotExist();
  }

  @Test
  void writesAFileWholeWithNarrowModeOrNotAtAll() throws IOException {
    kernel.put(map(1, "a"), table(1, 1, 1));
    Path file = directory.resolve("report.json");
    Result result = run("check", "--format", "json", "--output", file.toString());
    assertThat(result.out()).isEmpty();
    assertThat(Files.readString(file)).startsWith("{").endsWith("}\n");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    Path nowhere = directory.resolve("no/such/file");
    assertThat(run("check", "--output", nowhere.toString()).exitCode()).isEqualTo(74);
    assertThat(run("log").out()).contains("@1").doesNotContain("@2");
    try (var left = Files.list(directory)) {
      assertThat(left.map(path -> path.getFileName().toString()))
          .containsExactlyInAnyOrder("store", "report.json");
    }
  }

  @Test
  void aClosedStandardOutputEndsTheOutputNotTheCommand() {
    kernel.put(map(1, "a"), table(1, 1, 1));
    run("snapshot");
    kernel.put(map(1, "a"), table(1, 1, 2));
    Writer closed =
        new Writer() {
          @Override
          public void write(char[] text, int offset, int length) throws IOException {
            throw new IOException("Broken pipe");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}

          @Override
          public String toString() {
            return "";
          }
        };
    Result result = run(closed, "check");
    assertThat(result.exitCode()).isEqualTo(4);
    assertThat(result.err()).isEmpty();
  }

  @Test
  void eachKernelRefusalHasItsExitCode() {
    List<Integer> codes = new ArrayList<>();
    for (KernelException.Kind kind : KernelException.Kind.values()) {
      var context =
          new Context(
              () -> {
                throw new KernelException(kind, "list maps", "EPERM", "Grant CAP_SYS_ADMIN.");
              },
              CLOCK,
              Map.of("BPFAUDIT_STORE", directory.resolve("store").toString()),
              new Terminal(false, false, 100));
      StringWriter err = new StringWriter();
      codes.add(CommandTree.of(context).setErr(new PrintWriter(err, true)).execute("maps"));
      assertThat(err.toString()).isEqualTo("bpfaudit: list maps: EPERM. Grant CAP_SYS_ADMIN.\n");
    }
    assertThat(codes).containsExactly(77, 69);
  }

  @Test
  void everyCommandTeachesByExample() {
    List<String> commands =
        List.of(
            "check",
            "snapshot",
            "diff",
            "log",
            "maps",
            "show",
            "verify",
            "doctor",
            "schema",
            "demo",
            "baseline");
    for (String command : commands) {
      Result help = run(command, "--help");
      assertThat(help.exitCode()).as(command).isZero();
      assertThat(help.out()).as(command).contains("Example").contains("bpfaudit " + command);
    }
    assertThat(run("--help").out()).contains(commands);
  }

  @Test
  void printsMapsAndEntriesLiveAndAsTheyWere() {
    kernel.put(map(1, "a", "/sys/fs/bpf/a"), table(1, 1, 0x41));
    run("snapshot");
    kernel.put(map(1, "a", "/sys/fs/bpf/a"), table(1, 1, 0x42));
    assertThat(run("show", "/sys/fs/bpf/a").out()).contains("42");
    assertThat(run("show", "a*", "--at", "@1").out()).contains("41");
    assertThat(run("maps").out()).contains("/sys/fs/bpf/a");
    assertThat(run("maps", "--at", "@1", "--map", "1").out()).contains("hash");
  }
}
