package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.model.MapType;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Descriptors of BPF objects in other processes. Needs root and bpftool.
@KernelTest
final class HeldDescriptorsTest {
  private final ScratchMaps scratch = new ScratchMaps();

  @AfterEach
  void remove() {
    scratch.close();
  }

  @Test
  void readsMapsProgramsAndLinks() {
    assertThat(HeldDescriptor.of(9, 3, List.of("pos:\t0", "flags:\t02000002", "map_id:\t57")))
        .contains(new HeldDescriptor(9, 3, 0x80002, 57, 0, 0));
    assertThat(HeldDescriptor.of(9, 4, List.of("flags:\t02000000", "prog_id:\t5")))
        .contains(new HeldDescriptor(9, 4, 0x80000, 0, 5, 0));
    assertThat(HeldDescriptor.of(9, 5, List.of("link_id:\t8", "prog_id:\t5")))
        .contains(new HeldDescriptor(9, 5, 0, 0, 5, 8));
    assertThat(HeldDescriptor.of(9, 6, List.of("flags:\t02", "btf_id:\t5"))).isEmpty();
  }

  @Test
  void findsWhatOthersHoldAndNotWhatWeHold() throws IOException, InterruptedException {
    ScratchMap map = scratch.create(MapType.HASH, "held", 4, 4, 1, 0);
    long events = scratch.create(MapType.PERF_EVENT_ARRAY, "events", 4, 4, 8, 0).id();
    Process other = // stays with it as long as it lives
        new ProcessBuilder("bpftool", "map", "event_pipe", "id", Long.toString(events))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      List<HeldDescriptor> held = List.of();
      for (int i = 0; i < 100 && held.isEmpty(); i++) {
        Thread.sleep(20);
        held = HeldDescriptors.find().all().stream().filter(d -> d.pid() == other.pid()).toList();
      }
      assertThat(held).extracting(HeldDescriptor::mapId).containsExactly(events);
      assertThat(held.getFirst().isWritable()).isTrue();
      assertThat(HeldDescriptors.find().unseen()).isEmpty();
      assertThat(HeldDescriptors.find().all())
          .noneMatch(descriptor -> descriptor.mapId() == map.id());
    } finally {
      other.destroy();
      other.waitFor();
    }
  }
}
