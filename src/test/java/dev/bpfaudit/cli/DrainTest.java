package dev.bpfaudit.cli;

import static dev.bpfaudit.Facts.map;
import static dev.bpfaudit.Facts.table;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.kernel.KernelException;
import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.TracerStatus;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.store.Store;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// When the commands drain the tracer, and when they let it forget.
final class DrainTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-01-10T12:00:00Z"), ZoneOffset.UTC);
  private static final Bytes INSTALLATION = Bytes.fromHex("00112233445566778899aabbccddeeff");

  @TempDir private Path directory;
  private final FakeKernel kernel = new FakeKernel(CLOCK);
  private final FakeTracer tracer = kernel.tracer();
  private String err = "";

  @BeforeEach
  void aMapAndADrain() {
    kernel.put(map(1, "a"), table(1, 1, 1));
    kernel.observe(traced(1));
  }

  private static Tracing.Traced traced(long generation) {
    return new Tracing.Traced(
        new Observation(
            INSTALLATION,
            generation,
            HookKind.FENTRY,
            7,
            generation * 100,
            generation * 100 + 100,
            List.of(),
            List.of(),
            List.of(),
            List.of()));
  }

  private static KernelException refusal() {
    return new KernelException(
        KernelException.Kind.UNSUPPORTED, "swap the ledgers", "EBUSY", "Try again.");
  }

  private Path store() {
    return directory.resolve("store");
  }

  private int run(String... arguments) {
    StringWriter talk = new StringWriter();
    var context =
        new Context(
            () -> kernel,
            CLOCK,
            Map.of("BPFAUDIT_STORE", store().toString()),
            new Terminal(false, false, 100));
    int code =
        CommandTree.of(context, arguments)
            .setOut(new PrintWriter(new StringWriter(), true))
            .setErr(new PrintWriter(talk, true))
            .execute(arguments);
    err = talk.toString();
    return code;
  }

  private List<Tracing> stored() {
    try (Store store = Store.openExisting(store(), said -> {})) {
      assertThat(store.verify(Optional.empty()).faults()).isEmpty();
      List<Tracing> tracings = new ArrayList<>();
      for (SnapshotHeader header : store.log(kernel.host().id()).reversed()) {
        tracings.add(store.tracing(header));
      }
      return tracings;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"check", "snapshot"})
  void storesWhatWasSeenAndThenLetsTheTracerForgetIt(String command) {
    assertThat(run(command)).isZero();
    kernel.observe(traced(2));
    assertThat(run(command)).isZero();
    assertThat(stored()).containsExactly(traced(1), traced(2));
    assertThat(tracer.retired).containsExactly(traced(1), traced(2));
    assertThat(tracer.drained).extracting(FakeTracer.Drained::committed).containsExactly(0L, 1L);
    assertThat(err).isEmpty();
  }

  @Test
  void retiresNothingWhereNobodyWatched() {
    kernel.observe(new Tracing.NotTraced("it records for another store"));
    run("check");
    assertThat(stored()).containsExactly(new Tracing.NotTraced("it records for another store"));
    assertThat(tracer.retired).isEmpty();
  }

  private List<Alarm> alarms() {
    try (Store store = Store.openExisting(store(), said -> {})) {
      return store.surroundings(store.log(kernel.host().id()).getFirst()).alarms();
    }
  }

  @Test
  void tellsOfATracerThatIsGoneUnlessItWasTakenAwayByUs() {
    run("check");
    kernel.observe(new Tracing.NotTraced("no tracer was installed"));
    assertThat(run("check")).isEqualTo(4);
    assertThat(alarms())
        .singleElement()
        .satisfies(alarm ->
            assertThat(alarm.what()).isEqualTo("the tracer that watched up to @1 is gone"));
    assertThat(run("check")).isZero();
    kernel.observe(traced(2));
    run("check");
    kernel.observe(new Tracing.NotTraced("no tracer was installed"));
    tracer.installed = Optional.of(status());
    assertThat(run("tracer", "remove")).isZero();
    assertThat(run("check")).isZero();
    assertThat(alarms()).isEmpty();
  }

  private TracerStatus status() {
    return new TracerStatus(
        INSTALLATION, HookKind.FENTRY, 1, 2, store(), true, 1, 0, 0, List.of(), List.of());
  }

  @Test
  void asksForTheStoreByTheOneNameItHasWithoutLinks() throws IOException {
    Path real = Files.createDirectories(directory.resolve("real"));
    Files.createSymbolicLink(store(), real);
    run("check");
    assertThat(tracer.drained).containsExactly(new FakeTracer.Drained(real.toRealPath(), 0));
  }

  @Test
  void storesTheSnapshotWhenTheTracerCannotBeDrained() {
    tracer.refusesDrain = Optional.of(refusal());
    assertThat(run("check")).isZero();
    assertThat(stored())
        .containsExactly(new Tracing.NotTraced("swap the ledgers: EBUSY. Try again."));
    assertThat(tracer.retired).isEmpty();
  }

  @Test
  void doesNotRetireWhatCouldNotBeStored() throws IOException {
    run("check");
    Path inTheWay = Files.createDirectory(store().resolve("head.draft"));
    tracer.retired.clear();
    kernel.observe(traced(2));
    assertThat(run("check")).isEqualTo(74);
    assertThat(tracer.drained).hasSize(2);
    assertThat(tracer.retired).isEmpty();
    Files.delete(inTheWay);
    assertThat(stored()).containsExactly(traced(1));
    assertThat(run("check")).isZero();
    assertThat(stored()).containsExactly(traced(1), traced(2));
    assertThat(tracer.retired).containsExactly(traced(2));
    assertThat(tracer.drained.getLast().committed()).isEqualTo(1);
  }

  /// As a crash between commit and retiring would leave it.
  @Test
  void keepsTheSnapshotAndKnowsItsGenerationWhenTheTracerCannotForget() {
    tracer.refusesRetire = Optional.of(refusal());
    assertThat(run("check")).isZero();
    assertThat(err)
        .isEqualTo(
            "bpfaudit: stored @1, but the tracer keeps what was drained for it; the next drain"
                + " counts it once: swap the ledgers: EBUSY. Try again.\n");
    assertThat(stored()).containsExactly(traced(1));
    run("check");
    assertThat(tracer.drained).extracting(FakeTracer.Drained::committed).containsExactly(0L, 1L);
  }
}
