package dev.bpfaudit.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.kernel.CaptureRequest;
import dev.bpfaudit.kernel.LiveKernel;
import dev.bpfaudit.kernel.Progress;
import dev.bpfaudit.kernel.ScratchMap;
import dev.bpfaudit.kernel.ScratchMaps;
import dev.bpfaudit.kernel.TracerRequest.Sizes;
import dev.bpfaudit.lab.KernelNeeds;
import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Holder;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.Reach;
import dev.bpfaudit.model.TableSink;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Which processes are told to hold a map. Needs root.
@KernelTest
final class HoldersTest {
  private static final String VALUE = "2a00000000000000";

  private final LiveKernel kernel = new LiveKernel(Clock.systemUTC());
  private final ScratchMaps scratch = new ScratchMaps();

  @AfterEach
  void removeMaps() {
    scratch.close();
  }

  private ScratchMap array(int flags) {
    return scratch.create(MapType.ARRAY, "held", 4, 8, 4, flags);
  }

  private Reach reach() {
    Capture capture =
        kernel.capture(CaptureRequest.everything(), TableSink.inMemory(), Progress.NONE);
    return kernel.survey(capture).reach();
  }

  private static List<Holder> of(Reach reach, long pid) {
    return reach.holders().stream().filter(holder -> holder.process().pid() == pid).toList();
  }

  @Test
  void namesWhoHasADescriptorThatMayWriteAsTheTracerWould() {
    long map = array(0).id();
    long gone = Writer.write("gone", "update-id", map, "01000000", VALUE);
    try (Writer writer = Writer.start("holder", "hold", map)) {
      Reach reach = reach();
      assertThat(of(reach, gone)).isEmpty();
      List<Holder> holders = of(reach, writer.pid());
      assertThat(holders).hasSize(1);
      assertThat(holders.getFirst().writable()).containsExactly(map);
      assertThat(holders.getFirst().mapped()).isEmpty();
      Suspect.Caller.of(writer.pid()).mustBe(new Author.Caller(holders.getFirst().process()));
    }
  }

  @Test
  void namesWhoHasItInItsMemory() {
    KernelNeeds.since("5.12", "a look at the memory of processes");
    long map = array(ScratchMaps.MMAPABLE).id();
    try (Writer writer = Writer.start("mapper", "store", map, "8", VALUE)) {
      List<Holder> holders = of(reach(), writer.pid());
      assertThat(holders).hasSize(1);
      assertThat(holders.getFirst().mapped()).containsExactly(map);
    }
    assertThat(reach().unknown()).isEmpty();
  }

  @Test
  void leavesOutThisProcessAndFrozenMaps() {
    ScratchMap map = array(0);
    long own = ProcessHandle.current().pid();
    assertThat(of(reach(), own)).isEmpty();
    try (Writer writer = Writer.start("holder", "hold", map.id())) {
      writer.actor().tell("freeze");
      assertThat(writer.actor().line()).startsWith("pid");
      assertThat(of(reach(), writer.pid())).isEmpty();
    }
  }

  @Test
  void leavesNothingThatTheTracerWouldTell(@TempDir Path directory) throws Exception {
    ScratchMap map = array(ScratchMaps.MMAPABLE);
    try (Watch watch = new Watch(directory)) {
      watch.install(EnumSet.of(HookKind.TRACEPOINT), Sizes.USUAL);
      watch.snapshot(Set.of(map.id()));
      Observation next = watch.seen(watch.snapshot(Set.of(map.id())));
      assertThat(next.writes())
          .filteredOn(write ->
              write.author() instanceof Author.Caller(var process)
                  && process.pid() == ProcessHandle.current().pid())
          .isEmpty();
    }
  }

  @Test
  void tellsTheSameOfAnUnchangedHost() {
    long map = array(0).id();
    try (Writer writer = Writer.start("holder", "hold", map)) {
      assertThat(of(reach(), writer.pid())).isNotEmpty().isEqualTo(of(reach(), writer.pid()));
    }
  }
}
