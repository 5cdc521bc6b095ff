package dev.bpfaudit.scenario;

import static dev.bpfaudit.scenario.Stage.KEY;
import static dev.bpfaudit.scenario.Stage.NEW;
import static dev.bpfaudit.scenario.Stage.OLD;
import static dev.bpfaudit.scenario.Stage.OTHER;
import static dev.bpfaudit.scenario.Stage.PREFIX;

import dev.bpfaudit.kernel.ScratchMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.scenario.Suspect.Caller;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What processes do to maps, one system call each.
final class ProcessScenarios {
  static final List<Scenario> ALL =
      List.of(
          Scenario.of("01 update by id, bpftool", ProcessScenarios::bpftool),
          Scenario.of("02 update through a pin", ProcessScenarios::pin),
          batch("08 batch update", Operation.UPDATE, 3, "batch-update", 1, 3, NEW),
          batch(
              "08 batch update, failed half-way",
              Operation.UPDATE,
              2,
              "batch-update-fails",
              1,
              2,
              NEW),
          batch("08 batch delete", Operation.DELETE, 3, "batch-delete", 1, 3),
          batch(
              "08 batch delete, failed half-way", Operation.DELETE, 2, "batch-delete-fails", 1, 2),
          Scenario.of("09 delete", deleting(Operation.DELETE, "delete")),
          Scenario.of("09 delete, lpm_trie", ProcessScenarios::deletePrefix),
          new Scenario(
              "10 lookup-and-delete",
              "5.14",
              deleting(Operation.LOOKUP_AND_DELETE, "lookup-delete")),
          Scenario.of("11 queue push", ProcessScenarios::push),
          Scenario.of("11 queue pop", ProcessScenarios::pop),
          Scenario.of("12 freeze", ProcessScenarios::freeze),
          Scenario.of("13 prog_array slot replaced", ProcessScenarios::slot),
          Scenario.of("14 inner map replaced, array_of_maps", inner(MapType.ARRAY_OF_MAPS)),
          Scenario.of("14 inner map replaced, hash_of_maps", inner(MapType.HASH_OF_MAPS)),
          Scenario.of("20 writer dead before the drain", ProcessScenarios::dead),
          Scenario.of("23 two writers of one key", ProcessScenarios::two));

  private ProcessScenarios() {}

  /// Somebody who wrote, and stays.
  static Caller start(Stage stage, Object... words) {
    return Caller.of(stage.keep(Writer.start("suspect", words)).pid());
  }

  private static Scenario.Play bpftool(Stage stage) {
    ScratchMap map = stage.hash(KEY);
    return () -> {
      List<String> command = new ArrayList<>(List.of("bpftool", "map", "update", "id"));
      command.add(Long.toString(map.id()));
      command.addAll(List.of("key", "hex", "07", "00", "00", "00"));
      command.addAll(List.of("value", "hex", "2a", "0", "0", "0", "0", "0", "0", "0"));
      try (Actor actor = Actor.start(command)) {
        Actor.Ended ended = actor.end();
        if (ended.exitCode() != 0) {
          throw new AssertionError("bpftool ended so: " + ended);
        }
        Caller told = Caller.gone(actor.pid(), "bpftool", command);
        return List.of(Told.once(map.id(), KEY, told.at(binary()), Operation.UPDATE));
      }
    };
  }

  private static String binary() throws java.io.IOException {
    String found = Actor.mustRun("sh", "-c", "command -v bpftool").getFirst();
    return Path.of(found).toRealPath().toString();
  }

  private static Scenario.Play pin(Stage stage) {
    ScratchMap map = stage.hash(KEY);
    Path path = stage.pin(map);
    return () -> {
      Caller who = start(stage, "update-pin", path, KEY, NEW);
      return List.of(Told.once(map.id(), KEY, who, Operation.UPDATE));
    };
  }

  /// Keys 1, 2, … of a hash; those to be deleted are there before.
  private static Scenario batch(
      String name, Operation operation, int keys, String verb, Object... words) {
    return Scenario.of(
        name,
        stage -> {
          boolean deletes = operation == Operation.DELETE;
          ScratchMap map = deletes ? stage.hash(keys(keys)) : stage.hash();
          List<Object> all = new ArrayList<>(List.of(verb, map.id()));
          all.addAll(List.of(words));
          return () -> {
            Caller who = start(stage, all.toArray());
            List<Told> told = new ArrayList<>();
            for (String key : keys(keys)) {
              told.add(Told.times(map.id(), key, who, operation, 1, keys));
            }
            return told;
          };
        });
  }

  private static String[] keys(int count) {
    String[] keys = new String[count];
    for (int i = 0; i < count; i++) {
      keys[i] = "%02x000000".formatted(i + 1);
    }
    return keys;
  }

  private static Scenario.Preparation deleting(Operation operation, String verb) {
    return stage -> {
      ScratchMap map = stage.hash(KEY, OTHER);
      return () -> {
        Caller who = start(stage, verb, map.id(), KEY);
        return List.of(Told.once(map.id(), KEY, who, operation));
      };
    };
  }

  private static Scenario.Play deletePrefix(Stage stage) {
    ScratchMap trie = stage.map(MapType.LPM_TRIE);
    trie.update(Bytes.fromHex(PREFIX), Bytes.fromHex(OLD));
    return () -> {
      Caller who = start(stage, "delete", trie.id(), PREFIX);
      return List.of(Told.once(trie.id(), PREFIX, who, Operation.DELETE));
    };
  }

  private static Scenario.Play push(Stage stage) {
    ScratchMap queue = stage.map(MapType.QUEUE);
    return () -> {
      Caller who = start(stage, "push", queue.id(), NEW);
      return List.of(Told.once(queue.id(), "", who, Operation.PUSH));
    };
  }

  private static Scenario.Play pop(Stage stage) {
    ScratchMap queue = stage.map(MapType.QUEUE);
    Writer.write("filler", "push", queue.id(), OLD);
    return () -> {
      Caller who = start(stage, "pop", queue.id());
      return List.of(Told.once(queue.id(), "", who, Operation.POP));
    };
  }

  private static Scenario.Play freeze(Stage stage) {
    ScratchMap map = stage.hash(KEY);
    return () -> {
      Caller who = start(stage, "freeze", map.id());
      Told.Hand hand = new Told.Hand(who, Operation.FREEZE, 1, 1);
      return List.of(new Told(map.id(), new Told.Frozen(), List.of(hand)));
    };
  }

  private static Scenario.Play slot(Stage stage) {
    ScratchMap programs = stage.map(MapType.PROG_ARRAY);
    programs.put(Bytes.fromHex(KEY), stage.program("good", 0));
    long bad = stage.program("bad", 1).id();
    return () -> {
      Caller who = start(stage, "prog-array", programs.id(), KEY, bad);
      return List.of(Told.once(programs.id(), KEY, who, Operation.UPDATE));
    };
  }

  private static Scenario.Preparation inner(MapType type) {
    return stage -> {
      ScratchMap good = stage.inner();
      ScratchMap outer = stage.mapOfMaps(type, good);
      outer.put(Bytes.fromHex(KEY), good);
      long bad = stage.inner().id();
      return () -> {
        Caller who = start(stage, "inner", outer.id(), KEY, bad);
        return List.of(Told.once(outer.id(), KEY, who, Operation.UPDATE));
      };
    };
  }

  private static Scenario.Play dead(Stage stage) {
    ScratchMap map = stage.hash(KEY);
    return () -> {
      Object[] words = {"update-id", map.id(), KEY, NEW};
      long pid = Writer.write("suspect", words);
      Caller who = Caller.gone(pid, "suspect", Writer.command("suspect", false, words));
      return List.of(Told.once(map.id(), KEY, who, Operation.UPDATE));
    };
  }

  private static Scenario.Play two(Stage stage) {
    ScratchMap map = stage.hash(KEY);
    return () -> {
      Caller suspect = start(stage, "update-id", map.id(), KEY, NEW);
      Writer last = stage.keep(Writer.start("second", "update-id", map.id(), KEY, NEW));
      Told.Entry entry = new Told.Entry(Bytes.fromHex(KEY));
      Told.Hand first = new Told.Hand(suspect, Operation.UPDATE, 1, 1);
      Told.Hand second = new Told.Hand(Caller.of(last.pid()), Operation.UPDATE, 1, 1);
      return List.of(new Told(map.id(), entry, List.of(second, first)));
    };
  }
}
