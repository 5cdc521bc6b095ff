package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.lab.KernelNeeds;
import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.ProgramReach;
import dev.bpfaudit.model.Reach;
import dev.bpfaudit.model.TableSink;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Real programs, as this kernel has translated them. Needs root.
@KernelTest
final class CodeReachTest {
  private final LiveKernel kernel = new LiveKernel(Clock.systemUTC());

  @ParameterizedTest
  @CsvSource({
    "reads_array,'',''",
    "reads_hash,'',''",
    "reads_lru,'',''",
    "reads_pcpu_array,'',''",
    "reads_pcpu_hash,'',''",
    "reads_read_only,'',''",
    "reads_global,'',''",
    "reads_below,'',''",
    "reads_outer,'',''",
    "writes_packet,'',''",
    "stores_array,array,''",
    "stores_hash,hash,''",
    "stores_lru,lru,''",
    "stores_pcpu_array,pcpu_array,''",
    "stores_pcpu_hash,pcpu_hash,''",
    "stores_global,.bss,''",
    "adds,array,''",
    "copies,'',hash",
    "deletes,'',hash",
    "fills,array,''",
    "stores_below,array,''",
    "stores_found,array,''",
    "spills,array,''",
    "stores_inner,inner,''",
    "stores_inner_h,inner,''",
  })
  void seesWhichMapsAProgramCanWrite(String program, String stores, String calls) {
    check(program, stores, calls);
  }

  /// The index of one map's value may come from another's.
  @ParameterizedTest
  @CsvSource({"stores_one,array,''"})
  void seesWhichOfTwoMaps(String program, String stores, String calls) {
    check(program, stores, calls);
  }

  @ParameterizedTest
  @CsvSource({"for_each_13,array,'',5.13", "loop_17,array,'',5.17", "loop_reads_17,'','',5.17"})
  void seesWhatFunctionsThatTheKernelCallsDo(
      String program, String stores, String calls, String since) {
    KernelNeeds.since(since, program);
    check(program, stores, calls);
  }

  @Test
  void seesWhatIsCalledWithEachEntryOfAMap() {
    try (ReachObject loaded = new ReachObject(file(), "iterates")) {
      loaded.attachTo("hash");
      check(loaded, "hash", "");
    }
  }

  private void check(String name, String stores, String calls) {
    try (ReachObject loaded = new ReachObject(file(), name)) {
      check(loaded, stores, calls);
    }
  }

  private void check(ReachObject loaded, String stores, String calls) {
    Capture capture =
        kernel.capture(CaptureRequest.everything(), TableSink.inMemory(), Progress.NONE);
    Reach reach = kernel.survey(capture).reach();
    Map<Long, String> names =
        capture.maps().stream()
            .map(MapState::map)
            .collect(Collectors.toMap(map -> map.id(), map -> map.name()));
    List<ProgramReach> found =
        reach.programs().stream().filter(one -> one.program().id() == loaded.id()).toList();
    assertThat(named(found, names, ProgramReach::stores)).as("stores").isEqualTo(set(stores));
    assertThat(named(found, names, ProgramReach::calls)).as("calls").isEqualTo(set(calls));
    assertThat(reach.unknown()).noneMatch(why -> why.contains("program"));
  }

  private static Set<String> set(String name) {
    return name.isEmpty() ? Set.of() : Set.of(name);
  }

  private interface Maps {
    List<Long> of(ProgramReach reach);
  }

  /// Without what libbpf puts before the name of a section.
  private static Set<String> named(List<ProgramReach> found, Map<Long, String> names, Maps maps) {
    return found.stream()
        .flatMap(reach -> maps.of(reach).stream())
        .map(id -> names.getOrDefault(id, "?"))
        .map(name -> name.replaceFirst("^reach.*\\.", "."))
        .collect(Collectors.toSet());
  }

  private static Path file() {
    String asked = System.getProperty("bpfaudit.scenarios", "");
    return (asked.isEmpty() ? besideTheTests() : Path.of(asked)).resolve("reach.bpf.o");
  }

  private static Path besideTheTests() {
    try {
      Path classes =
          Path.of(CodeReachTest.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return classes.resolveSibling("scenarios");
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }
}
