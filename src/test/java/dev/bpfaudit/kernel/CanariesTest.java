package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.lab.KernelTest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Canaries can be written on every kernel, for every hook that has one, and nothing of them stays.
/// Needs root.
@KernelTest
final class CanariesTest {
  private static final int CPUS = LocalHost.facts().possibleCpus();

  /// What every kernel can do, be a tracer installed or not.
  private static final List<String> EVERYWHERE =
      List.of(
          "update_array",
          "update_hash",
          "update_lru",
          "update_lpm",
          "update_dev",
          "update_devhash",
          "update_cpu",
          "update_pcpu",
          "update_pcpu_sys",
          "update_lrupcpu",
          "update_parr_sys",
          "update_fdarray",
          "update_fdhash",
          "delete_hash",
          "delete_lru",
          "delete_lpm",
          "delete_fdarray",
          "delete_dev",
          "delete_devhash",
          "delete_cpu",
          "delete_xsk",
          "push_queue",
          "pop_queue",
          "pop_stack",
          "call_64",
          "mapped",
          "released",
          "entered",
          "left",
          "left_mmap",
          "loaded",
          "k_update_array",
          "k_delete_lpm");

  @BeforeEach
  void load() {
    LibbpfLibrary.load();
  }

  private static Canaries all() {
    return Canaries.write(new LinkedHashSet<>(HookTable.ALL), 42, CPUS);
  }

  @Test
  void areWrittenForEveryHookThatHasOne() {
    Set<Hook> hooks = all().hooks();
    assertThat(hooks).extracting(Hook::program).containsAll(EVERYWHERE);
    assertThat(hooks).allMatch(hook -> hook.equals(HookTable.LOADED) || !Canary.of(hook).isEmpty());
  }

  @Test
  void leaveNothing() {
    Canaries canaries = all();
    canaries.awaitRelease();
    assertThat(ObjectIds.maps()).doesNotContainAnyElementsOf(canaries.mapIds());
    assertThat(canaries.mapIds()).hasSizeGreaterThan(15);
  }

  /// It is written at every drain.
  @Test
  void costLittle() {
    all().awaitRelease();
    long before = System.nanoTime();
    for (int i = 0; i < 10; i++) {
      all();
    }
    long each = (System.nanoTime() - before) / 10_000_000;
    System.out.println("canaries: " + each + " ms a drain");
    assertThat(each).isLessThan(2_000);
  }
}
