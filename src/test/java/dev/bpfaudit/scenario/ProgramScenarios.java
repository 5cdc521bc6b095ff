package dev.bpfaudit.scenario;

import static dev.bpfaudit.scenario.ProgramWriter.Operation.BELOW;
import static dev.bpfaudit.scenario.ProgramWriter.Operation.PUSH;
import static dev.bpfaudit.scenario.ProgramWriter.Operation.UPDATE;
import static dev.bpfaudit.scenario.Stage.KEY;
import static dev.bpfaudit.scenario.Stage.NEW;
import static dev.bpfaudit.scenario.Stage.OTHER;
import static dev.bpfaudit.scenario.Stage.PREFIX;

import dev.bpfaudit.kernel.ScratchMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.Probe;
import dev.bpfaudit.scenario.ProgramWriter.Kind;
import dev.bpfaudit.scenario.Suspect.Program;
import java.util.List;

/// What BPF programs do to maps.
final class ProgramScenarios {
  /// More than the entries of a map whose keys the tracer keeps apart for programs.
  private static final int LARGE = 5000;

  private static final int TIMES = 3;
  private static final Bytes VALUE = Bytes.fromHex(NEW);

  static final List<Scenario> ALL =
      List.of(
          Scenario.of("11 queue push by a program", ProgramScenarios::push),
          update("15 XDP program under traffic", Kind.XDP, MapType.HASH, false),
          Scenario.of("16 tracepoint program", ProgramScenarios::loadedBefore),
          hooked("17 kprobe program", Kind.KPROBE, "kprobe"),
          hooked("17 fentry program", Kind.FENTRY, "fentry"),
          update("18 cgroup program", Kind.CGROUP_SKB, MapType.HASH, true),
          update("18 socket filter", Kind.SOCKET, MapType.HASH, false),
          update("19 hash", Kind.RAW_TP, MapType.HASH, true),
          large("19 hash of 5,000 entries", MapType.HASH),
          update("19 array", Kind.RAW_TP, MapType.ARRAY, true),
          large("19 array of 5,000 entries", MapType.ARRAY),
          update("19 percpu_hash", Kind.RAW_TP, MapType.PERCPU_HASH, true),
          update("19 percpu_array", Kind.RAW_TP, MapType.PERCPU_ARRAY, true),
          Scenario.of("19 lru_hash", ProgramScenarios::lru),
          Scenario.of("19 lpm_trie", ProgramScenarios::trie),
          Scenario.of("19 hash, from a subprogram", ProgramScenarios::below),
          Scenario.of("19 hash, entry deleted", ProgramScenarios::delete),
          Scenario.of("21 program unloaded before the drain", ProgramScenarios::unloaded));

  private ProgramScenarios() {}

  private static Scenario update(String name, Kind kind, MapType type, boolean onTop) {
    return Scenario.of(name, stage -> written(stage, kind, stage.map(type), KEY, onTop));
  }

  private static Scenario large(String name, MapType type) {
    return Scenario.of(
        name, stage -> written(stage, Kind.RAW_TP, stage.map(type, LARGE), KEY, true));
  }

  /// Of a small one the decoys' entries would soon be the only ones left.
  private static Scenario.Play lru(Stage stage) {
    return written(stage, Kind.RAW_TP, stage.map(MapType.LRU_HASH, 4096), KEY, true);
  }

  private static Scenario.Play trie(Stage stage) {
    return written(stage, Kind.XDP, stage.map(MapType.LPM_TRIE), PREFIX, false);
  }

  /// @param onTop whether it runs on top of the process that triggers it, and nobody else
  private static Scenario.Play written(
      Stage stage, Kind kind, ScratchMap map, String key, boolean onTop) {
    return () -> {
      ProgramWriter writer = load(stage, kind, UPDATE, map, key);
      long innocent = writer.trigger(TIMES);
      Program who = Program.of(writer, onTop ? innocent : -1);
      return List.of(Told.times(map.id(), key, who, Operation.UPDATE, TIMES, TIMES));
    };
  }

  private static ProgramWriter load(
      Stage stage, Kind kind, ProgramWriter.Operation operation, ScratchMap map, String key) {
    return stage.keep(ProgramWriter.load(kind, operation, map.id(), Bytes.fromHex(key), VALUE));
  }

  /// Before the tracer, which learns of it by an iterator.
  private static Scenario.Play loadedBefore(Stage stage) {
    ScratchMap map = stage.hash();
    ProgramWriter writer = load(stage, Kind.TRACEPOINT, UPDATE, map, KEY);
    return () -> {
      Program who = Program.of(writer, writer.trigger(TIMES));
      return List.of(Told.times(map.id(), KEY, who, Operation.UPDATE, TIMES, TIMES));
    };
  }

  /// Where the kernel lacks the hook, as `doctor` says, nothing can be asked.
  private static Scenario hooked(String name, Kind kind, String probe) {
    return Scenario.of(
        name,
        stage -> {
          ScratchMap map = stage.hash();
          boolean can = new ReadBack().probe(probe).answer() == Probe.Answer.YES;
          return can ? written(stage, kind, map, KEY, true) : List::of;
        });
  }

  private static Scenario.Play push(Stage stage) {
    ScratchMap queue = stage.map(MapType.QUEUE);
    return () -> {
      ProgramWriter writer = load(stage, Kind.TRACEPOINT, PUSH, queue, "");
      Program who = Program.of(writer, writer.trigger(TIMES));
      return List.of(Told.times(queue.id(), "", who, Operation.PUSH, TIMES, TIMES));
    };
  }

  private static Scenario.Play below(Stage stage) {
    ScratchMap map = stage.hash();
    return () -> {
      ProgramWriter writer = load(stage, Kind.XDP, BELOW, map, KEY);
      writer.trigger(TIMES);
      Program who = Program.of(writer, -1).below("func[1]");
      return List.of(Told.times(map.id(), KEY, who, Operation.UPDATE, TIMES, TIMES));
    };
  }

  private static Scenario.Play delete(Stage stage) {
    ScratchMap map = stage.hash(KEY);
    return () -> {
      ProgramWriter writer = load(stage, Kind.RAW_TP, ProgramWriter.Operation.DELETE, map, KEY);
      Program who = Program.of(writer, writer.trigger(1));
      return List.of(Told.once(map.id(), KEY, who, Operation.DELETE));
    };
  }

  /// Another of the same size is loaded after it, and may lie where it lay.
  private static Scenario.Play unloaded(Stage stage) {
    ScratchMap map = stage.hash();
    return () -> {
      ProgramWriter gone = load(stage, Kind.RAW_TP, UPDATE, map, KEY);
      Program first = Program.of(gone, gone.trigger(TIMES));
      gone.close();
      awaitUnloaded(gone.id());
      ProgramWriter writer = load(stage, Kind.RAW_TP, UPDATE, map, OTHER);
      Program second = Program.of(writer, writer.trigger(TIMES));
      return List.of(
          Told.times(map.id(), KEY, first, Operation.UPDATE, TIMES, TIMES),
          Told.times(map.id(), OTHER, second, Operation.UPDATE, TIMES, TIMES));
    };
  }

  /// The kernel lets go of a program after a grace period.
  private static void awaitUnloaded(long id) throws InterruptedException {
    ReadBack read = new ReadBack();
    for (int looks = 0; looks < 200; looks++) {
      if (read.programs().stream().noneMatch(program -> program.id() == id)) {
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("program " + id + " stays loaded");
  }
}
