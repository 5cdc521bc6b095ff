package dev.bpfaudit.lab;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Runs the kernel tests in a guest of every kernel series and counts each as a test of this run.
/// `-Dkernels=6.12` narrows it, `-Dkernels.dir=DIR` takes the kernels' packages from there.
class LaboratoryIT {
  private static final List<String> ALL = List.of("5.10", "6.1", "6.12", "6.18", "7.2");

  /// Each has a processor's worth of work. With a third one on this machine's two processors, all
  /// three take longer than one after the other would, and the kernels in them see them stand
  /// still.
  private static final int AT_ONCE = 2;

  private static final Path TARGET = Path.of("target");
  private static final ObjectMapper JSON = new ObjectMapper();

  /// The series to run, none if they are left out on request.
  static List<String> wanted() {
    return switch (System.getProperty("kernels", "")) {
      case "" -> ALL;
      case "none" -> List.of();
      case String kernels -> List.of(kernels.split(","));
    };
  }

  @TestFactory
  List<DynamicNode> everyKernel() throws IOException, InterruptedException {
    assumeFalse(wanted().isEmpty(), "-Dkernels=none leaves the guests out");
    JsonNode demo = JSON.readTree(Here.run("./bpfaudit", "demo", "--format", "json"));
    JsonNode doctor = JSON.readTree(Here.run("./bpfaudit", "doctor", "--format", "json"));
    List<KernelRun> runs = guests();
    KernelRun here = KernelRun.natively(TARGET, demo, doctor);
    List<KernelRun> all = new ArrayList<>(runs);
    all.add(here);
    Map<String, Long> cases = SameTests.cases(all);
    List<DynamicNode> nodes = new ArrayList<>();
    for (KernelRun run : runs) {
      System.out.print(run.summary());
      nodes.addAll(KernelNodes.of(run, cases, demo));
    }
    nodes.addAll(nativeNodes(here, cases));
    List<KernelRun> whole = runs.stream().filter(run -> run.trouble().isEmpty()).toList();
    for (KernelRun run : whole) {
      nodes.add(
          DynamicTest.dynamicTest(
              "kernel " + run.kernel() + " tells of every scenario what is written",
              () -> ScenarioMatrix.checkOrWrite(run.series(), results(run.kernel()))));
    }
    nodes.add(
        DynamicTest.dynamicTest(
            "the README's table of scenarios is what is written", ScenarioTable::check));
    nodes.add(
        DynamicTest.dynamicTest(
            "the README's table of kernels is what was seen",
            () -> KernelTable.check(whole, whole.size() == ALL.size())));
    return nodes;
  }

  private static Path results(String series) {
    return TARGET.resolve("lab").resolve(series);
  }

  private static List<KernelRun> guests() throws InterruptedException {
    List<Future<KernelRun>> running = new ArrayList<>();
    try (ExecutorService guests = Executors.newFixedThreadPool(AT_ONCE)) {
      for (String series : wanted()) {
        Callable<KernelRun> run = () -> KernelRun.inGuest(series, results(series));
        running.add(guests.submit(run));
      }
    }
    List<KernelRun> runs = new ArrayList<>();
    for (Future<KernelRun> run : running) {
      try {
        runs.add(run.get());
      } catch (ExecutionException e) {
        throw new AssertionError(e.getCause());
      }
    }
    return runs;
  }

  /// The same tests have run on this machine, unless only the laboratory was asked for.
  private static List<DynamicNode> nativeNodes(KernelRun here, Map<String, Long> cases) {
    boolean asked = System.getProperty("it.test", "").isEmpty();
    if (!asked) {
      System.out.println("kernel native: its tests were not asked for (-Dit.test)");
      return List.of();
    }
    System.out.print(here.summary());
    return List.of(
        DynamicTest.dynamicTest(
            "kernel native runs every kernel test",
            () -> SameTests.check(here, KernelTests.marked(), cases)),
        DynamicTest.dynamicTest(
            "kernel native skips what its series is expected to skip",
            () -> ExpectedSkips.check(here)));
  }
}
