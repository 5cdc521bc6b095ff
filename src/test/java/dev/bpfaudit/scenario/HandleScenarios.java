package dev.bpfaudit.scenario;

import static dev.bpfaudit.scenario.Stage.KEY;
import static dev.bpfaudit.scenario.Stage.NEW;

import dev.bpfaudit.kernel.ScratchMap;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.scenario.Suspect.Caller;
import java.util.List;
import java.util.stream.Stream;

/// Ways in which a process comes by a handle, or hides who it is.
final class HandleScenarios {
  /// Of Docker's form.
  private static final String CONTAINER = "c0ffee00".repeat(8);

  static final List<Scenario> ALL =
      List.of(
          Scenario.of("03 handle opened before the tracer", HandleScenarios::opened),
          Scenario.of("04 handle inherited over fork and exec", update("fork-exec")),
          Scenario.of("05 handle duplicated", update("dup")),
          Scenario.of("06 handle passed over a UNIX socket", update("pass")),
          Scenario.of("07 handle stolen with pidfd_getfd", update("steal")),
          Scenario.of("22 writer in a container", HandleScenarios::container),
          Scenario.of("24 32-bit int $0x80 writer", update("int80")),
          Scenario.of("25 forked writer whose pid was reused", HandleScenarios::reused),
          Scenario.of("36 map held only by a program", held(HeldMap.By.PROGRAM)),
          Scenario.of("36 map held only by a pin elsewhere", held(HeldMap.By.PIN)),
          Scenario.of("36 map held only by a passed handle", held(HeldMap.By.FLIGHT)));

  private HandleScenarios() {}

  private static Scenario.Preparation update(String verb) {
    return stage -> {
      ScratchMap map = stage.hash(KEY);
      return () -> {
        Caller who = ProcessScenarios.start(stage, verb, map.id(), KEY, NEW);
        return List.of(Told.once(map.id(), KEY, who, Operation.UPDATE));
      };
    };
  }

  /// Between the two snapshots nobody has a handle of it but who writes.
  private static Scenario.Preparation held(HeldMap.By by) {
    return stage -> {
      long map = stage.held(by, KEY);
      return () -> {
        Caller who = ProcessScenarios.start(stage, "update-id", map, KEY, NEW);
        return List.of(Told.once(map, KEY, who, Operation.UPDATE));
      };
    };
  }

  private static Scenario.Play opened(Stage stage) {
    ScratchMap map = stage.hash(KEY);
    Writer holder = stage.keep(Writer.start("suspect", "hold", map.id()));
    return () -> {
      holder.actor().tell("update " + KEY + " " + NEW);
      holder.actor().line();
      Caller who = Caller.of(holder.pid());
      return List.of(Told.once(map.id(), KEY, who, Operation.UPDATE));
    };
  }

  private static Scenario.Play container(Stage stage) {
    ScratchMap map = stage.hash(KEY);
    Cgroup cgroup = stage.keep(Cgroup.create("docker-" + CONTAINER + ".scope"));
    return () -> {
      List<String> inside = Writer.command("suspect", true, "update-id", map.id(), KEY, NEW);
      Object[] words =
          Stream.concat(Stream.of("cgroup", cgroup.directory()), inside.stream()).toArray();
      Writer writer = stage.keep(Writer.start("outside", words));
      Caller who = Caller.of(writer.pid()).in(CONTAINER);
      return List.of(Told.once(map.id(), KEY, who, Operation.UPDATE));
    };
  }

  private static Scenario.Play reused(Stage stage) {
    ScratchMap map = stage.hash(KEY);
    return () -> {
      Writer writer = stage.keep(Writer.start("suspect", "pid-reuse", map.id(), KEY, NEW));
      long started = Long.parseLong(writer.said().split(" ", -1)[3]);
      Caller who = Caller.of(writer.pid()).startedAt(started, "suspect");
      return List.of(Told.once(map.id(), KEY, who, Operation.UPDATE));
    };
  }
}
