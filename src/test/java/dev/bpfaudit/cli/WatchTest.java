package dev.bpfaudit.cli;

import static dev.bpfaudit.Facts.map;
import static dev.bpfaudit.Facts.table;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.kernel.Follower;
import dev.bpfaudit.kernel.KernelException;
import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.LiveWrite;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.TracedProcess;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.model.WrittenKey;
import dev.bpfaudit.model.WrittenValue;
import dev.bpfaudit.store.Store;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `watch` on a clock that the test turns.
class WatchTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-10T12:00:00Z"), ZoneOffset.UTC);
  private static final long SECOND = 1_000_000_000L;

  @TempDir private Path directory;
  private final FakeKernel kernel = new FakeKernel(CLOCK);
  private final FakeTracer tracer = kernel.tracer();
  private final Script script = new Script();
  private StringWriter out = new StringWriter();
  private String err = "";

  /// Turns the clock instead of waiting; things happen at seconds after the start.
  private final class Script implements Pace {
    private final TreeMap<Long, Runnable> events = new TreeMap<>();
    private final long start = kernel.boottimeNanos;
    private boolean ended;

    void at(long second, Runnable event) {
      events.put(start + second * SECOND, event);
    }

    @Override
    public void pause(long nanos) {
      kernel.boottimeNanos += nanos;
      while (!events.isEmpty() && events.firstKey() <= kernel.boottimeNanos) {
        events.pollFirstEntry().getValue().run();
      }
      assertThat(kernel.boottimeNanos).as("it ends").isLessThan(start + 86_400 * SECOND);
    }

    @Override
    public boolean ended() {
      return ended;
    }

    void end() {
      ended = true;
    }
  }

  @BeforeEach
  void aMap() {
    kernel.put(map(1, "allow_list"), table(1, 1, 1));
    tracer.clock = () -> kernel.boottimeNanos;
  }

  private Path store() {
    return directory.resolve("store");
  }

  private int run(String... arguments) {
    return run(out, arguments);
  }

  private int run(Writer to, String... arguments) {
    StringWriter talk = new StringWriter();
    var context =
        new Context(
            () -> kernel,
            CLOCK,
            Map.of("BPFAUDIT_STORE", store().toString()),
            new Terminal(false, false, 100),
            () -> script);
    int code =
        CommandTree.of(context, arguments)
            .setOut(new PrintWriter(to, true))
            .setErr(new PrintWriter(talk, true))
            .execute(arguments);
    err = talk.toString();
    return code;
  }

  private static LiveWrite live(long map, Operation operation, String comm, long count) {
    return new LiveWrite(observed(map, operation, comm, count), count);
  }

  private static ObservedWrite observed(long map, Operation operation, String comm, long count) {
    Author author =
        new Author.Caller(
            new TracedProcess(42, 7, comm, "/bin/" + comm, List.of(comm), 0, "/", "", 1, "init"));
    Bytes bytes = Bytes.fromHex("05");
    return new ObservedWrite(
        map,
        operation,
        false,
        false,
        author,
        new WrittenKey.Exact(bytes),
        new WrittenValue.Hashed(0, bytes, 1),
        false,
        count,
        1_500,
        1_600);
  }

  private String[] linesOf(String part) {
    return out.toString().lines().filter(line -> line.contains(part)).toArray(String[]::new);
  }

  @Test
  void reportsWhatIsNewAndAddsUpWhatItFound() {
    script.at(61, () -> kernel.put(map(1, "allow_list"), table(1, 1, 1, 2, 2)));
    script.at(181, () -> kernel.put(map(1, "allow_list"), table(1, 1, 9, 2, 2)));
    assertThat(run("watch", "--count", "5")).isEqualTo(1 | 4);
    assertThat(out.toString()).startsWith("@1 ");
    assertThat(linesOf("entries: 1 added")).hasSize(1);
    assertThat(linesOf("entries: 1 changed")).hasSize(1);
    assertThat(linesOf("hash of @")).hasSize(2);
    assertThat(kernel.boottimeNanos / SECOND).isEqualTo(240);
  }

  @Test
  void tellsAFindingAgainstTheBaselineOnceAndThatItIsOver() {
    run("snapshot");
    run("baseline", "set");
    script.at(61, () -> kernel.put(map(1, "allow_list"), table(1, 1, 2)));
    script.at(
        181,
        () -> {
          StringWriter mine = out;
          out = new StringWriter();
          assertThat(run("baseline", "set")).isZero();
          out = mine;
        });
    assertThat(run("watch", "--count", "6")).isEqualTo(4);
    assertThat(linesOf("hash of @")).hasSize(1);
    assertThat(err).contains("@6 12:00:00Z: 1 map, nothing differs from @5");
    assertThat(err.lines().filter(line -> line.contains("nothing differs"))).hasSize(2);
  }

  /// Else what happened before it would be told to cron and not to who looks.
  @Test
  void comparesWithItsOwnLastCheckThoughOthersTakeSnapshots() {
    script.at(
        61,
        () -> {
          kernel.put(map(1, "allow_list"), table(1, 1, 2));
          StringWriter mine = out;
          out = new StringWriter();
          assertThat(run("check")).isEqualTo(4);
          out = mine;
        });
    assertThat(run("watch", "--count", "3")).isEqualTo(4);
    assertThat(linesOf("@2 2026-01-10 12:00:00Z → @4")).hasSize(1);
  }

  @Test
  void printsWritesAsTheyAreMade() {
    script.at(10, () -> tracer.live.add(live(1, Operation.UPDATE, "curl", 3)));
    script.at(20, () -> tracer.live.add(live(1, Operation.OPEN, "bpftool", 1)));
    script.at(30, () -> tracer.live.add(live(9, Operation.CREATE, "curl", 1)));
    run("watch", "--count", "2");
    assertThat(out.toString())
        .contains(
            """
            allow_list  hash  id 1
              by curl (pid 42, /bin/curl, uid 0)
              11:59:50Z  update  05  |.|  → 05  |.|  ×3
            """)
        .contains("map id 9 (gone before its name was read)")
        .doesNotContain("bpftool");
  }

  @Test
  void showsWhoOpensAMapWhenAskedForEverything() {
    script.at(10, () -> tracer.live.add(live(1, Operation.OPEN, "bpftool", 1)));
    run("watch", "--count", "2", "--verbose");
    assertThat(out.toString()).contains("by bpftool");
    assertThat(err.lines().filter(line -> line.contains("nothing differs"))).hasSize(1);
  }

  @Test
  void tellsOnlyOfTheMapsThatWereNamed() {
    kernel.put(map(2, "counters"), table(1, 1, 1));
    script.at(
        10,
        () -> {
          tracer.live.add(live(1, Operation.UPDATE, "curl", 1));
          tracer.live.add(live(2, Operation.UPDATE, "wget", 1));
          tracer.live.add(live(9, Operation.UPDATE, "sed", 1));
          kernel.put(map(2, "counters"), table(1, 1, 2));
        });
    assertThat(run("watch", "--count", "2", "--map", "allow_*")).isZero();
    assertThat(out.toString()).contains("by curl").doesNotContain("by wget").doesNotContain("sed");
  }

  @Test
  void aMapThatIsNotThereYetIsWaitedFor() {
    script.at(61, () -> kernel.put(map(7, "cilium_ct"), table(1, 1, 1)));
    assertThat(run("watch", "--count", "3", "--map", "cilium_*")).isEqualTo(1);
    assertThat(err).contains("no map 'cilium_*'");
  }

  @Test
  void aBadCheckEndsOnlyItself() {
    script.at(59, kernel::refuse);
    script.at(
        119,
        () -> {
          kernel.relent();
          kernel.put(map(1, "allow_list"), table(1, 1, 2));
        });
    assertThat(run("watch", "--count", "3", "--quiet")).isEqualTo(4);
    assertThat(err).isEqualTo("bpfaudit: check failed: list maps: EPERM. Run as root.\n");
  }

  @Test
  void whyTheLastCheckFailedIsTheExitCode() {
    script.at(59, kernel::refuse);
    assertThat(run("watch", "--count", "2")).isEqualTo(77);
  }

  @Test
  void whatCannotBeginEndsAtOnce() {
    kernel.refuse();
    assertThat(run("watch")).isEqualTo(77);
    assertThat(err).contains("Run as root");
    assertThat(tracer.removals).isEqualTo(1);
  }

  @Test
  void missedBeatsAreCaughtUpOnce() {
    script.at(59, () -> kernel.captureNanos = 200 * SECOND);
    run("watch", "--count", "4", "--format", "jsonl");
    assertThat(err).contains("missed 2 beats, because");
    assertThat(linesOf("\"kind\": \"missed\"")).hasSize(1);
    assertThat(linesOf("\"kind\": \"summary\"")).hasSize(4);
  }

  @Test
  void hasATracerOfItsOwnForAsLongAsItRuns() {
    assertThat(run("watch", "--count", "1")).isZero();
    assertThat(tracer.installations).isEqualTo(1);
    assertThat(tracer.removals).isEqualTo(1);
    assertThat(err).contains("installed the tracer (fentry)", "removed the tracer");
  }

  @Test
  void leavesATracerThatWasThereBefore() throws Exception {
    Files.createDirectories(store());
    tracer.installed = Optional.of(FakeTracer.status(7, store().toRealPath()));
    run("watch", "--count", "1");
    assertThat(tracer.installations + tracer.removals).isZero();
    assertThat(err).contains("installed already, and stays");
  }

  @Test
  void saysThatATracerRecordsForAnotherStore() {
    tracer.installed = Optional.of(FakeTracer.status(7, directory.resolve("other")));
    script.at(10, () -> tracer.live.add(live(1, Operation.UPDATE, "curl", 1)));
    run("watch", "--count", "2");
    assertThat(tracer.installations + tracer.removals).isZero();
    assertThat(err).contains("records for another store, " + directory.resolve("other"));
    assertThat(out.toString()).contains("by curl");
  }

  @Test
  void goesOnWithoutATracerWhereNoneCanBe() {
    tracer.refusesInstall =
        Optional.of(
            new KernelException(
                KernelException.Kind.UNSUPPORTED, "load a program", "EINVAL", "Ask another."));
    assertThat(run("watch", "--count", "3")).isZero();
    assertThat(err.lines().filter(line -> line.contains("load a program: EINVAL"))).hasSize(1);
  }

  @Test
  void installsNoTracerWhenAskedNotTo() {
    run("watch", "--count", "2", "--no-tracer");
    assertThat(tracer.installations + tracer.removals).isZero();
    assertThat(err).contains("no tracer is installed");
  }

  @Test
  void saysThatTheTracerWasRemovedAndInstallsItAgain() {
    script.at(10, () -> tracer.installed = Optional.empty());
    run("watch", "--count", "2");
    assertThat(err).contains("the tracer was removed");
    assertThat(tracer.installations).isEqualTo(2);
    assertThat(tracer.removals).isEqualTo(1);
  }

  @Test
  void leavesATracerThatSomebodyPutInThePlaceOfItsOwn() {
    script.at(10, () -> tracer.installed = Optional.of(FakeTracer.status(7, store())));
    run("watch", "--count", "2");
    assertThat(err).contains("a tracer was installed");
    assertThat(tracer.removals).isZero();
  }

  @Test
  void checksOnceMoreBeforeItTakesItsTracerAway() {
    script.at(70, () -> kernel.put(map(1, "allow_list"), table(1, 1, 2)));
    script.at(75, script::end);
    assertThat(run("watch")).isEqualTo(4);
    assertThat(linesOf("entries: 1 changed")).hasSize(1);
    assertThat(tracer.removals).isEqualTo(1);
  }

  @Test
  void endsAtOnceWhereNothingWouldBeLost() {
    tracer.installed = Optional.of(FakeTracer.status(7, directory));
    script.at(70, () -> kernel.put(map(1, "allow_list"), table(1, 1, 2)));
    script.at(75, script::end);
    assertThat(run("watch")).isZero();
  }

  @Test
  void tellsOnceThatTheLedgerCannotBeRead() {
    script.at(
        10,
        () ->
            tracer.refusesNews =
                Optional.of(
                    new KernelException(
                        KernelException.Kind.UNSUPPORTED, "read", "EPERM", "Run as root.")));
    assertThat(run("watch", "--count", "3")).isZero();
    assertThat(err.lines().filter(line -> line.contains("cannot be shown live"))).hasSize(1);
  }

  @Test
  void showsWhatAnotherProcessDrainedBeforeItCouldBeTold() {
    script.at(
        10,
        () -> {
          try (Store other = Store.open(store(), line -> {})) {
            var host = kernel.host();
            try (var recording = other.begin(host)) {
              recording.commit(
                  new dev.bpfaudit.model.Capture(
                      host, CLOCK.instant(), 1_000, List.of(), List.of()),
                  new Tracing.Traced(
                      new Observation(
                          Bytes.of((byte) 1),
                          5,
                          HookKind.FENTRY,
                          0,
                          0,
                          2_000,
                          List.of(),
                          List.of(),
                          List.of(),
                          List.of(observed(1, Operation.UPDATE, "curl", 5)))),
                  dev.bpfaudit.model.Surroundings.NONE);
            }
          }
          tracer.taken.add(
              new Follower.Taken(
                  Bytes.of((byte) 1), 5, 5, List.of(observed(1, Operation.UPDATE, "curl", 2))));
        });
    script.at(70, () -> tracer.taken.add(new Follower.Taken(Bytes.of((byte) 1), 6, 6, List.of())));
    run("watch", "--count", "3");
    assertThat(linesOf("×3  (drained by @2)")).hasSize(1);
    assertThat(err.lines().filter(line -> line.contains("another process drained"))).hasSize(1);
  }

  @Test
  void saysThatTheLedgerIsFullUntilItIsNotAnyMore() {
    for (long second : List.of(10L, 20L, 70L, 190L)) {
      script.at(second, () -> tracer.unkept = 5);
    }
    run("watch", "--count", "5");
    assertThat(err.lines().filter(line -> line.contains("table of writes is full"))).hasSize(2);
  }

  @Test
  void isAStreamOfLinesForPrograms() {
    script.at(10, () -> tracer.live.add(live(1, Operation.UPDATE, "curl", 3)));
    run("watch", "--count", "2", "--format", "jsonl");
    assertThat(out.toString().lines())
        .allMatch(line -> line.matches("\\{\"schema\": \"bpfaudit\\.(write|report-line)/1\".*}"))
        .hasSize(3);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--format json",
        "--output report.txt",
        "--every 60",
        "--every 0s",
        "--count 0",
        "--map"
      })
  void misuseSaysWhatWouldBeRight(String arguments) {
    assertThat(run(("watch " + arguments).split(" "))).isEqualTo(64);
    assertThat(tracer.installations).isZero();
  }

  @Test
  void endsWhenNobodyReadsAnyMore() {
    Writer closed =
        new Writer() {
          @Override
          public void write(char[] text, int offset, int length) throws java.io.IOException {
            throw new java.io.IOException("Broken pipe");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    assertThat(run(closed, "watch")).isZero();
    assertThat(tracer.removals).isEqualTo(1);
  }
}
