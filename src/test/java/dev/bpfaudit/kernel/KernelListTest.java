package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapType;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The kernel's own list says what bpf(2) says. Needs root.
@KernelTest
final class KernelListTest {
  private final ScratchMaps scratch = new ScratchMaps();
  private final LiveKernel kernel = new LiveKernel(Clock.systemUTC());

  @AfterEach
  void remove() {
    scratch.close();
  }

  @Test
  void tellsTheFactsOfAMapWithoutOpeningIt() {
    ScratchMap map = scratch.create(MapType.LPM_TRIE, "routes", 8, 12, 77, ScratchMaps.NO_PREALLOC);
    map.freeze();
    BpfMap opened = find(kernel.maps(), map.id());
    try (KernelList list = new KernelList()) {
      ListedMap listed =
          list.maps().stream().filter(m -> m.id() == map.id()).findFirst().orElseThrow();
      assertThat(listed.users()).isEqualTo(1);
      assertThat(listed.unopened(List.of()))
          .usingRecursiveComparison()
          .ignoringFields("memlock")
          .isEqualTo(opened);
    }
  }

  @Test
  void listsAsManyAsThereAreHoweverLongTheList() {
    List<Long> made = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      made.add(scratch.create(MapType.ARRAY, "many", 4, 4, 1, 0).id());
    }
    try (KernelList list = new KernelList()) {
      assertThat(list.maps()).extracting(ListedMap::id).isSorted().containsAll(made);
    }
  }

  @Test
  void tellsProgramsWithTheirMapsAndNotItsOwn() {
    ScratchProgram program = scratch.load("seen", 3);
    try (KernelList list = new KernelList()) {
      List<ListedProgram> listed = list.programs();
      BpfProgram there =
          Programs.all().stream().filter(p -> p.id() == program.id()).findFirst().orElseThrow();
      ListedProgram found =
          listed.stream().filter(p -> p.id() == program.id()).findFirst().orElseThrow();
      assertThat(found.unopened()).isEqualTo(there);
      assertThat(found.canLie()).isFalse();
      assertThat(found.tag()).isNotEqualTo(Bytes.EMPTY);
      assertThat(listed).noneMatch(p -> p.name().startsWith("list_"));
      assertThat(list.ownPrograms()).hasSize(2);
    }
  }

  private static BpfMap find(List<BpfMap> maps, long id) {
    return maps.stream().filter(map -> map.id() == id).findFirst().orElseThrow();
  }
}
