package dev.bpfaudit.scenario;

import static dev.bpfaudit.scenario.Stage.KEY;
import static dev.bpfaudit.scenario.Stage.NEW;
import static dev.bpfaudit.scenario.Stage.OLD;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.kernel.CaptureRequest;
import dev.bpfaudit.kernel.LiveKernel;
import dev.bpfaudit.kernel.Progress;
import dev.bpfaudit.kernel.ScratchMap;
import dev.bpfaudit.kernel.ScratchMaps;
import dev.bpfaudit.kernel.ScratchProgram;
import dev.bpfaudit.kernel.TracerRequest.Sizes;
import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.lab.ScenarioMatrix;
import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Probe;
import dev.bpfaudit.model.TableSink;
import dev.bpfaudit.scenario.Liar.By;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A program in the kernel lies to this process about what is there: everything is read all the
/// same, or said to be unread, and the lie is told. Needs root.
@KernelTest
final class HiddenMapsTest {
  @TempDir private Path directory;

  private final ScratchMaps scratch = new ScratchMaps();
  private final LiveKernel kernel = new LiveKernel(Clock.systemUTC());

  @AfterEach
  void close() {
    scratch.close();
  }

  private record Look(Capture capture, List<Alarm> alarms) {
    MapState of(long map) {
      return capture.maps().stream()
          .filter(state -> state.map().id() == map)
          .findFirst()
          .orElseThrow(() -> new AssertionError("map " + map + " is missing"));
    }

    List<Alarm> about(long map) {
      return alarms.stream().filter(alarm -> alarm.what().startsWith("map " + map + " ")).toList();
    }
  }

  private Look look() {
    Capture capture =
        kernel.capture(CaptureRequest.everything(), TableSink.inMemory(), Progress.NONE);
    return new Look(capture, kernel.survey(capture).alarms());
  }

  private ScratchMap allowList() {
    ScratchMap map = scratch.create(MapType.HASH, "allow_list", 4, 8, 64, 0);
    map.update(Bytes.fromHex(KEY), Bytes.fromHex(OLD));
    return map;
  }

  @Test
  void readsAMapThatTheListOfMapsEndsBefore() throws Exception {
    ScratchMap last = allowList();
    ScratchMap map = allowList();
    assertThat(look().alarms()).isEmpty();
    try (Lies lies = new Lies(By.FMOD_RET, Liar.endingMapsWith(By.FMOD_RET, last.id()))) {
      if (lies.isTold()) {
        Writer.write("suspect", "update-id", map.id(), KEY, NEW);
        Look look = look();
        assertThat(value(look.of(map.id()))).isEqualTo(NEW);
        Alarm alarm = only(look.about(map.id()));
        assertThat(alarm.kind()).isEqualTo(Alarm.Kind.HIDDEN_MAP);
        assertThat(alarm.what())
            .startsWith("map " + map.id() + " \"allow_list\" (hash) is hidden: ");
        assertThat(alarm.why())
            .contains("shown by the kernel's own list (bpf_iter), opening it by its id")
            .contains("program " + lies.program() + " \"fmod_ret_liar\" (tracing at security_bpf");
        assertThat(look().alarms()).as("again, in the same words").isEqualTo(look.alarms());
        assertThat(kernel.maps()).anyMatch(one -> one.id() == map.id());
        tell("35 enumeration truncated by a lying hook", alarm);
      }
    }
    assertThat(look().alarms()).isEmpty();
  }

  @Test
  void likewiseWhereAnLsmProgramLies() throws Exception {
    ScratchMap last = allowList();
    ScratchMap map = allowList();
    try (Lies lies = new Lies(By.LSM, Liar.endingMapsWith(By.LSM, last.id()))) {
      if (lies.isTold()) {
        Look look = look();
        assertThat(value(look.of(map.id()))).isEqualTo(OLD);
        Alarm alarm = only(look.about(map.id()));
        assertThat(alarm.why()).contains("\"lsm_liar\" (lsm at bpf_lsm_bpf");
        tell("35 enumeration truncated by an LSM program", alarm);
      }
    }
  }

  @Test
  void tellsOfAMapThatCannotBeOpened() throws Exception {
    ScratchMap map = allowList();
    for (int errno : List.of(2, 1)) { // ENOENT and EPERM
      try (Lies lies = new Lies(By.FMOD_RET, Liar.refusing(By.FMOD_RET, map.id(), errno))) {
        if (lies.isTold()) {
          Look look = look();
          MapState state = look.of(map.id());
          assertThat(state.contents()).isInstanceOf(Contents.Unreadable.class);
          assertThat(state.map().name()).isEqualTo("allow_list");
          assertThat(state.map().maxEntries()).isEqualTo(64);
          Alarm alarm = only(look.about(map.id()));
          assertThat(alarm.what()).contains("is denied").contains(errno == 2 ? "ENOENT" : "EPERM");
          assertThat(look().alarms()).isEqualTo(look.alarms());
          if (errno == 2) {
            tell("35 opening by id refused", alarm);
          }
        }
      }
    }
  }

  @Test
  void findsTheMapsOfProgramsThatTheListOfProgramsEndsBefore() throws Exception {
    ScratchMap last = allowList();
    ScratchProgram lastProgram = scratch.load("last", 0);
    try (HeldMap map = HeldMap.make(HeldMap.By.PROGRAM, KEY, OLD, directory)) {
      BpfProgram user =
          look().capture().programs().stream()
              .filter(program -> program.mapIds().contains(map.id()))
              .findFirst()
              .orElseThrow();
      try (Lies lies =
              new Lies(By.FMOD_RET, Liar.endingProgramsWith(By.FMOD_RET, lastProgram.id()));
          Lies more = new Lies(By.FMOD_RET, Liar.endingMapsWith(By.FMOD_RET, last.id()))) {
        if (lies.isTold() && more.isTold()) {
          Look look = look();
          assertThat(look.capture().programs()).contains(user);
          assertThat(value(look.of(map.id()))).isEqualTo(OLD);
          assertThat(only(look.about(map.id())).why())
              .contains(
                  "used by program %d \"holds_a_map\", which the list of programs leaves out;"
                      .formatted(user.id()))
              .contains("\"fmod_ret_liar\"");
        }
      }
    }
  }

  /// What is known of a program is given up when it was unloaded, and not when somebody says so.
  @Test
  void goesOnNamingAProgramThatTheListOfProgramsEndsBefore() throws Exception {
    ScratchMap map = allowList();
    Bytes value = Bytes.fromHex(NEW);
    try (Watch watch = new Watch(directory)) {
      watch.install(Set.of(HookKind.FENTRY, HookKind.TRACEPOINT), Sizes.USUAL);
      ScratchProgram last = scratch.load("last", 0);
      try (ProgramWriter writer =
              ProgramWriter.load(
                  ProgramWriter.Kind.XDP_TEST_RUN,
                  ProgramWriter.Operation.UPDATE,
                  map.id(),
                  Bytes.fromHex(KEY),
                  value);
          Lies lies = new Lies(By.FMOD_RET, Liar.endingProgramsWith(By.FMOD_RET, last.id()))) {
        if (lies.isTold()) {
          Seen.next(watch);
          writer.trigger(1);
          assertThat(Seen.next(watch).writes(map))
              .singleElement()
              .satisfies(write ->
                  assertThat(write.author())
                      .isInstanceOfSatisfying(
                          Author.Program.class,
                          by -> assertThat(by.program().id()).isEqualTo(writer.id())));
        }
      }
    }
  }

  /// A liar, where this kernel lets programs decide what its functions return.
  private record Lies(By by, Optional<Liar> liar) implements AutoCloseable {
    boolean isTold() {
      Probe probe = new ReadBack().probe(by == By.LSM ? "lsm" : "fentry");
      if (liar.isEmpty()) {
        assertThat(probe.answer()).isEqualTo(Probe.Answer.NO);
      }
      return liar.isPresent() && probe.answer() == Probe.Answer.YES;
    }

    long program() {
      return liar.orElseThrow().id();
    }

    @Override
    public void close() {
      liar.ifPresent(Liar::close);
    }
  }

  private static void tell(String scenario, Alarm alarm) throws Exception {
    ScenarioMatrix.check("fentry", scenario, alarm.severity().label);
  }

  private static Alarm only(List<Alarm> alarms) {
    assertThat(alarms).hasSize(1);
    return alarms.getFirst();
  }

  private static String value(MapState state) {
    assertThat(state.contents()).isInstanceOf(Contents.Complete.class);
    FlatTable table = ((Contents.Complete) state.contents()).table().load();
    assertThat(table.count()).isEqualTo(1);
    return Bytes.of(table.value(0)).hex();
  }
}
