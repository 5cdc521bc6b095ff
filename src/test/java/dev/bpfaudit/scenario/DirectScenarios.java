package dev.bpfaudit.scenario;

import static dev.bpfaudit.scenario.ProgramWriter.Operation.GLOBAL;
import static dev.bpfaudit.scenario.ProgramWriter.Operation.READ;
import static dev.bpfaudit.scenario.ProgramWriter.Operation.STORE;
import static dev.bpfaudit.scenario.Stage.KEY;
import static dev.bpfaudit.scenario.Stage.NEW;

import dev.bpfaudit.kernel.ScratchMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.scenario.ProgramWriter.Kind;
import dev.bpfaudit.scenario.Suspect.Caller;
import dev.bpfaudit.scenario.Suspect.Program;
import java.util.List;

/// Writes that no function of the kernel makes: through a pointer to a value, or through memory.
/// Nobody sees them, and who could have made them is named, amid others who only look.
final class DirectScenarios {
  private static final Bytes VALUE = Bytes.fromHex(NEW);

  /// Where the value of [Stage#KEY] lies in an array with values of 8 bytes.
  private static final int OFFSET = 7 * 8;

  static final List<Scenario> ALL =
      List.of(
          program("28 store through a pointer, XDP program", MapType.ARRAY, true),
          program("28 store through a pointer, hash", MapType.HASH, true),
          program("28 store through a pointer, program unloaded", MapType.ARRAY, false),
          Scenario.of("29 store through mmap", DirectScenarios::mapped),
          new Scenario(
              "29 store through mmap, mapped before the tracer", "5.12", DirectScenarios::before),
          Scenario.of("29 store through mmap, process gone", DirectScenarios::gone),
          Scenario.of("30 global variable of a program", DirectScenarios::global));

  private DirectScenarios() {}

  /// @param stays whether it is there still when the second snapshot is taken
  private static Scenario program(String name, MapType type, boolean stays) {
    return Scenario.of(
        name,
        stage -> {
          ScratchMap map = type == MapType.HASH ? stage.hash(KEY) : stage.map(type);
          stage.keepOn(load(Kind.XDP, READ, map));
          ProgramWriter writer = load(Kind.XDP, STORE, map);
          if (stays) {
            stage.keepOn(writer);
          } else {
            stage.keep(writer);
          }
          return () -> {
            writer.trigger(1);
            return List.of(Told.unseen(map.id(), KEY, Program.of(writer, -1)));
          };
        });
  }

  private static ProgramWriter load(Kind kind, ProgramWriter.Operation operation, ScratchMap map) {
    return ProgramWriter.load(kind, operation, map.id(), Bytes.fromHex(KEY), VALUE);
  }

  private static Scenario.Play mapped(Stage stage) {
    ScratchMap map = stage.mapped(64);
    stage.keepOn(Writer.start("looker", "look", map.id()));
    return () -> {
      Writer writer = stage.keepOn(Writer.start("suspect", "store", map.id(), OFFSET, NEW));
      return List.of(Told.unseen(map.id(), KEY, Caller.of(writer.pid())));
    };
  }

  /// Only a look at its memory tells, which no kernel allows before 5.12.
  private static Scenario.Play before(Stage stage) {
    ScratchMap map = stage.mapped(64);
    Writer writer = stage.keepOn(Writer.start("suspect", "keep-mapped", map.id()));
    return () -> {
      writer.actor().tell(OFFSET + " " + NEW);
      writer.actor().line();
      return List.of(Told.unseen(map.id(), KEY, Caller.of(writer.pid())));
    };
  }

  /// What is left of it is that it was seen mapping the map.
  private static Scenario.Play gone(Stage stage) {
    ScratchMap map = stage.mapped(64);
    stage.keepOn(Writer.start("looker", "look", map.id()));
    return () -> {
      Object[] words = {"store", map.id(), OFFSET, NEW};
      long pid = Writer.write("suspect", words);
      Caller who = Caller.gone(pid, "suspect", Writer.command("suspect", false, words));
      return List.of(Told.unseen(map.id(), KEY, who));
    };
  }

  private static Scenario.Play global(Stage stage) {
    ScratchMap map = stage.mapped(1);
    return () -> {
      ProgramWriter writer = stage.keepOn(load(Kind.RAW_TP, GLOBAL, map));
      writer.trigger(1);
      return List.of(Told.unseen(map.id(), "00000000", Program.of(writer, -1)));
    };
  }
}
