package dev.bpfaudit.scenario;

import static dev.bpfaudit.scenario.Stage.KEY;
import static dev.bpfaudit.scenario.Stage.NEW;
import static dev.bpfaudit.scenario.Stage.OLD;

import dev.bpfaudit.attribution.Transient;
import dev.bpfaudit.kernel.ScratchMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.scenario.ProgramWriter.Kind;
import dev.bpfaudit.scenario.Suspect.Caller;
import dev.bpfaudit.scenario.Suspect.Program;
import java.util.List;

/// What is written and put back before anybody looks.
final class PassingScenarios {
  private static final Transient.Last WAS_NEW = value(NEW);
  private static final Transient.Last WAS_GONE = new Transient.Absent();

  static final List<Scenario> ALL =
      List.of(
          Scenario.of("26 added and removed", PassingScenarios::addedAndRemoved),
          Scenario.of("26 added and removed by a program", PassingScenarios::byProgram),
          Scenario.of("26 pushed and popped", PassingScenarios::pushedAndPopped),
          Scenario.of("27 changed and changed back", PassingScenarios::changedBack),
          Scenario.of("27 changed and changed back by a program", PassingScenarios::backByProgram),
          Scenario.of("27 changed back by another", PassingScenarios::backByAnother),
          Scenario.of("27 removed and put back", PassingScenarios::putBack));

  private PassingScenarios() {}

  private static Transient.Last value(String hex) {
    Bytes bytes = Bytes.fromHex(hex);
    return new Transient.Value(bytes, bytes.length());
  }

  private static List<Told> told(
      ScratchMap map, String key, Transient.Last last, Told.Hand... hands) {
    return List.of(new Told(map.id(), new Told.Passing(Bytes.fromHex(key), last), List.of(hands)));
  }

  private static Told.Hand hand(Suspect who, Operation operation, long count) {
    return new Told.Hand(who, operation, count, count);
  }

  /// Somebody who opened the map before the tracer was installed.
  private static Writer holder(Stage stage, ScratchMap map) {
    return stage.keep(Writer.start("suspect", "hold", map.id()));
  }

  private static void tell(Writer holder, String... lines) {
    for (String line : lines) {
      holder.actor().tell(line);
      holder.actor().line();
    }
  }

  private static Scenario.Play addedAndRemoved(Stage stage) {
    ScratchMap map = stage.hash();
    Writer holder = holder(stage, map);
    return () -> {
      tell(holder, "update " + KEY + " " + NEW, "delete " + KEY);
      Caller who = Caller.of(holder.pid());
      return told(
          map, KEY, WAS_NEW, hand(who, Operation.DELETE, 1), hand(who, Operation.UPDATE, 1));
    };
  }

  private static Scenario.Play pushedAndPopped(Stage stage) {
    ScratchMap queue = stage.map(MapType.QUEUE);
    return () -> {
      Caller first = ProcessScenarios.start(stage, "push", queue.id(), NEW);
      Caller second = ProcessScenarios.start(stage, "pop", queue.id());
      return told(
          queue, "", WAS_NEW, hand(second, Operation.POP, 1), hand(first, Operation.PUSH, 1));
    };
  }

  private static Scenario.Play changedBack(Stage stage) {
    ScratchMap map = stage.hash(KEY);
    Writer holder = holder(stage, map);
    return () -> {
      tell(holder, "update " + KEY + " " + NEW, "update " + KEY + " " + OLD);
      return told(map, KEY, WAS_NEW, hand(Caller.of(holder.pid()), Operation.UPDATE, 2));
    };
  }

  private static Scenario.Play backByAnother(Stage stage) {
    ScratchMap map = stage.hash(KEY);
    return () -> {
      Caller first = ProcessScenarios.start(stage, "update-id", map.id(), KEY, NEW);
      Writer last = stage.keep(Writer.start("second", "update-id", map.id(), KEY, OLD));
      return told(
          map,
          KEY,
          WAS_NEW,
          hand(Caller.of(last.pid()), Operation.UPDATE, 1),
          hand(first, Operation.UPDATE, 1));
    };
  }

  private static Scenario.Play putBack(Stage stage) {
    ScratchMap map = stage.hash(KEY);
    Writer holder = holder(stage, map);
    return () -> {
      tell(holder, "delete " + KEY, "update " + KEY + " " + OLD);
      Caller who = Caller.of(holder.pid());
      return told(
          map, KEY, WAS_GONE, hand(who, Operation.UPDATE, 1), hand(who, Operation.DELETE, 1));
    };
  }

  private static Scenario.Play byProgram(Stage stage) {
    ScratchMap map = stage.hash();
    return () -> {
      Program who = pass(stage, map);
      return told(
          map, KEY, WAS_NEW, hand(who, Operation.DELETE, 1), hand(who, Operation.UPDATE, 1));
    };
  }

  private static Scenario.Play backByProgram(Stage stage) {
    ScratchMap map = stage.hash(KEY);
    return () -> told(map, KEY, WAS_NEW, hand(pass(stage, map), Operation.UPDATE, 2));
  }

  /// A program that writes and undoes it, once.
  private static Program pass(Stage stage, ScratchMap map) {
    ProgramWriter writer =
        stage.keep(
            ProgramWriter.load(
                Kind.XDP,
                ProgramWriter.Operation.PASS,
                map.id(),
                Bytes.fromHex(KEY),
                Bytes.fromHex(NEW)));
    writer.trigger(1);
    return Program.of(writer, -1);
  }
}
