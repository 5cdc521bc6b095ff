package dev.bpfaudit.scenario;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A process that writes a map in one of the ways of `src/test/scenarios/writer.c`, which lists
/// them; it has written when this exists.
///
/// @param actor the process, which lives until it is closed
/// @param pid the process that wrote: the actor or a child of it
/// @param said the line in which it told so
record Writer(Actor actor, long pid, String said) implements AutoCloseable {
  private static final Pattern WROTE = Pattern.compile("pid (\\d+).*");

  /// Writes and lives on.
  ///
  /// @param comm what the writing process calls itself, at most 15 characters
  /// @param words verb and arguments
  /// @throws AssertionError if the write fails
  static Writer start(String comm, Object... words) {
    Actor actor = Actor.start(command(comm, true, words));
    try {
      String line = actor.line();
      return new Writer(actor, pid(line), line);
    } catch (AssertionError e) {
      actor.close();
      throw e;
    }
  }

  /// Writes and is gone; gives the pid of the process that wrote.
  ///
  /// @throws AssertionError if the write fails
  static long write(String comm, Object... words) {
    Actor.Ended ended = attempt(comm, words);
    if (ended.exitCode() != 0 || ended.out().size() != 1) {
      throw new AssertionError(List.of(words) + " ended so: " + ended);
    }
    return pid(ended.out().getFirst());
  }

  /// Writes or fails, and is gone.
  static Actor.Ended attempt(String comm, Object... words) {
    return Actor.run(command(comm, false, words));
  }

  /// Ten processes that write keys of their own in `maps` until they are closed, and that no
  /// finding may ever name: their names begin with `decoy`. Theirs are the upper half of an array,
  /// and of other maps the keys whose bytes are all `d0`, or all `d1`, … `d9`.
  static Actor decoys(long... maps) {
    List<String> command = command("decoy", false, "decoys");
    for (long map : maps) {
      command.add(Long.toString(map));
    }
    Actor actor = Actor.start(command);
    actor.line(); // when each of them has written
    return actor;
  }

  /// The command line that writes, for `writer cgroup` to run in a cgroup.
  static List<String> command(String comm, boolean stays, Object... words) {
    List<String> command = new ArrayList<>(List.of(binary("writer").toString(), "--comm", comm));
    if (stays) {
      command.add("--stay");
    }
    Stream.of(words).map(String::valueOf).forEach(command::add);
    return command;
  }

  /// A program of `src/test/scenarios`, which is beside the compiled tests.
  static Path binary(String name) {
    String asked = System.getProperty("bpfaudit.scenarios", "");
    return (asked.isEmpty() ? besideTheTests() : Path.of(asked)).resolve(name);
  }

  private static Path besideTheTests() {
    try {
      Path classes =
          Path.of(Writer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return classes.resolveSibling("scenarios");
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  private static long pid(String line) {
    Matcher wrote = WROTE.matcher(line);
    if (!wrote.matches()) {
      throw new AssertionError("not what a writer says: " + line);
    }
    return Long.parseLong(wrote.group(1));
  }

  @Override
  public void close() {
    actor.close();
  }
}
