package dev.bpfaudit.packaged;

import static dev.bpfaudit.packaged.Command.BPFAUDIT;
import static dev.bpfaudit.packaged.Command.bpfaudit;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.lab.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is on the host after a command is what was there before.
class LeavesNothingIT {
  @TempDir private Path directory;

  private static Set<String> onTheHost() throws IOException {
    Set<String> found = new TreeSet<>();
    for (String kind : List.of("map", "prog", "link")) {
      Command.bpftool(kind, "list")
          .lines()
          .filter(line -> line.matches("[0-9]+:.*"))
          .forEach(line -> found.add(kind + " " + line));
    }
    Files.readAllLines(Path.of("/proc/self/mounts")).forEach(line -> found.add("mount " + line));
    try (Stream<Path> files = Files.list(Path.of("/tmp"))) {
      found.addAll(
          files
              .map(Path::toString)
              .filter(name -> name.contains("bpfaudit-demo") || name.contains(".bpfaudit-"))
              .collect(Collectors.toSet()));
    }
    return found;
  }

  @Test
  @KernelTest
  void afterCommandsThatAskTheKernelMostAlsoWhenOneFails() throws IOException {
    leaveNothing("check", "doctor", "demo", "check --output /no/where");
  }

  @Test
  void afterEveryOtherCommandAlsoWhenItFails() throws IOException {
    leaveNothing(
        "snapshot",
        "check",
        "maps",
        "show *",
        "show nothing",
        "log",
        "diff @1 @2",
        "baseline set",
        "baseline show",
        "verify",
        "schema",
        "diff @1 @99",
        "check --no-such-option");
  }

  private void leaveNothing(String... commands) throws IOException {
    Set<String> before = onTheHost();
    for (String command : commands) {
      bpfaudit(directory.resolve("store"), command.split(" "));
      assertThat(onTheHost()).as(command).isEqualTo(before);
    }
  }

  @Test
  void afterADemoThatWasInterrupted() throws IOException, InterruptedException {
    Set<String> before = onTheHost();
    for (int millis = 300; millis <= 1500; millis += 300) {
      Process demo =
          Command.start(
              List.of(BPFAUDIT, "demo"), directory.resolve("out"), directory.resolve("err"));
      demo.waitFor(millis, TimeUnit.MILLISECONDS);
      demo.destroy();
      assertThat(demo.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(onTheHost()).as("after " + millis + " ms").isEqualTo(before);
    }
  }
}
