package dev.bpfaudit.cli;

import static dev.bpfaudit.Facts.map;
import static dev.bpfaudit.Facts.table;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.SeededHash;
import dev.bpfaudit.model.TracedProcess;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.model.WritePath;
import dev.bpfaudit.model.WrittenKey;
import dev.bpfaudit.model.WrittenValue;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a command tells of what the tracer saw, by way of a real store. The fake kernel takes every
/// snapshot at 1,000 ns and reads until 2,000.
class AttributedTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-10T12:00:00Z"), ZoneOffset.UTC);
  private static final long SEED = 7;

  @TempDir private Path directory;
  private final FakeKernel kernel = new FakeKernel(CLOCK);
  private int exitCode;

  private String run(String... arguments) {
    StringWriter out = new StringWriter();
    var context =
        new Context(
            () -> kernel,
            CLOCK,
            Map.of("BPFAUDIT_STORE", directory.resolve("store").toString()),
            new Terminal(false, false, 200));
    exitCode =
        CommandTree.of(context, arguments)
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(new StringWriter(), true))
            .execute(arguments);
    return out.toString();
  }

  private void observe(long generation, ObservedWrite... writes) {
    WritePath all =
        new WritePath(
            "bpf",
            HookKind.FENTRY,
            EnumSet.allOf(MapType.class),
            EnumSet.allOf(Operation.class),
            new WritePath.Watched(0));
    kernel.observe(
        new Tracing.Traced(
            new Observation(
                Bytes.fromHex("0f".repeat(16)),
                generation,
                HookKind.FENTRY,
                SEED,
                generation * 500,
                generation * 500 + 500,
                List.of(all),
                List.of(),
                List.of(),
                List.of(writes))));
  }

  private static ObservedWrite update(String comm, int key, int value, long at) {
    Bytes written = Bytes.of((byte) value);
    return new ObservedWrite(
        1,
        Operation.UPDATE,
        false,
        false,
        new Author.Caller(
            new TracedProcess(42, 7, comm, "/bin/" + comm, List.of(comm), 0, "/", "", 1, "init")),
        new WrittenKey.Exact(Bytes.of((byte) key)),
        new WrittenValue.Hashed(SeededHash.of(SEED, written), written, 1),
        false,
        1,
        at,
        at);
  }

  @Test
  void namesWhoWroteBetweenTheTwoSnapshots() {
    kernel.put(map(1, "a"), table(1, 1, 1));
    observe(1);
    run("check");
    kernel.put(map(1, "a"), table(1, 1, 1, 2, 2));
    observe(2, update("decoy", 3, 2, 1_200), update("suspect", 2, 2, 1_300));
    assertThat(run("check")).contains("by suspect (pid 42, /bin/suspect, uid 0)  confirmed · 1 up");
    assertThat(run("diff", "@1", "@2", "--format", "json"))
        .contains(
            "\"attribution\": \"confirmed\"", "\"comm\": \"suspect\"", "\"tracer\": \"fentry\"");
    assertThat(run("diff", "@2", "@1")).contains("by suspect");
  }

  @Test
  void againstABaselineAllIntervalsCount() {
    kernel.put(map(1, "a"), table(1, 1, 1));
    observe(1);
    run("check");
    run("baseline", "set");
    kernel.put(map(1, "a"), table(1, 1, 7));
    observe(2, update("first", 1, 7, 1_200));
    run("check");
    kernel.put(map(1, "a"), table(1, 1, 9));
    observe(3, update("second", 1, 9, 1_700));
    assertThat(run("check", "--format", "json"))
        .contains("\"comm\": \"first\"", "\"comm\": \"second\"", "\"complete\": true");
    assertThat(run("diff", "@2", "@3")).contains("by second");
  }

  @Test
  void tellsWhatCameAndWent() {
    kernel.put(map(1, "a"), table(1, 1, 1));
    observe(1);
    run("check");
    kernel.read(5_000);
    observe(
        2,
        update("decoy", 1, 1, 2_500),
        update("suspect", 2, 2, 2_600),
        update("suspect", 1, 9, 2_700),
        update("other", 1, 1, 2_800));
    assertThat(run("check"))
        .contains("Nothing differs in 1 map; entries: 2 transient")
        .contains("± a  hash  id 1  as it was, but not all the time")
        .contains("± 01  |.|   01  |.| → 09  |.| → back")
        .contains("± 02  |.|   02  |.|, came and went")
        .contains("by suspect (pid 42, /bin/suspect, uid 0)  confirmed · 1 update");
    assertThat(exitCode).isEqualTo(4);
    assertThat(run("diff", "@2", "@1", "--format", "json"))
        .contains("\"transient\": 2")
        .contains("\"change\": \"unchanged\"")
        .contains("\"last\": {\"hex\": \"09\", \"value\": null, \"truncated\": false}");
    assertThat(exitCode).isEqualTo(4);
    assertThat(run("check")).doesNotContain("±");
    assertThat(exitCode).isZero();
  }

  @Test
  void withoutATracerSaysHowToGetOne() {
    kernel.put(map(1, "a"), table(1, 1, 1));
    run("check");
    assertThat(run("check")).contains("bpfaudit tracer install");
  }
}
