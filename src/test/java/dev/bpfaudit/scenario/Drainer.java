package dev.bpfaudit.scenario;

import dev.bpfaudit.scenario.Watch.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A second JVM that takes one snapshot after another until it is killed. It says which step
/// begins.
final class Drainer implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  /// In a guest.
  private static final Path PRODUCT = Path.of("/opt/bpfaudit/bpfaudit.jar");

  private final Actor actor;

  private Drainer(Actor actor) {
    this.actor = actor;
  }

  static Drainer start(Path directory) {
    List<String> command =
        new ArrayList<>(
            List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData",
                "-Xlog:disable"));
    command.addAll(Files.exists(PRODUCT) ? packaged() : fromTheBuild());
    command.addAll(List.of(Drainer.class.getName(), directory.toString()));
    return new Drainer(Actor.start(command));
  }

  /// As the launcher does it, with the cache made for just these options.
  private static List<String> packaged() {
    Path classes = Writer.binary("..").resolve("classes").normalize();
    return List.of(
        "-XX:AOTCache=" + PRODUCT.resolveSibling("bpfaudit.aot"), "-cp", PRODUCT + ":" + classes);
  }

  private static List<String> fromTheBuild() {
    return List.of("-cp", System.getProperty("java.class.path"));
  }

  /// Waits until a step begins.
  void await(Step step) {
    String line;
    do {
      line = actor.line(PATIENCE);
    } while (!line.equals(step.name()));
  }

  /// SIGKILL. Gives the step in which it came, `heard` being the last one that was awaited.
  Step kill(Step heard) {
    List<String> rest = actor.kill().out();
    return rest.isEmpty() ? heard : Step.valueOf(rest.getLast());
  }

  @Override
  public void close() {
    actor.kill();
  }

  static void main(String[] args) {
    try (Watch watch = new Watch(Path.of(args[0]))) {
      while (true) {
        watch.snapshot(Set.of(), System.out::println);
      }
    }
  }
}
