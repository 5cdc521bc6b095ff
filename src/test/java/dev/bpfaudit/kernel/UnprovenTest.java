package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What is said of hooks that did not prove that they are called, and of those that cannot.
class UnprovenTest {
  private static final Refusal DENIED = new Refusal("EPERM (operation not permitted)", false);
  private static final Hook HASH = hook("update_hash");
  private static final Hook LRU = hook("update_lru");

  /// Has no canary.
  private static final Hook SOCKMAP = hook("update_sock");

  /// Of another kind.
  private static final Hook LEFT = hook("left");

  private static final Set<Hook> ALL = Set.of(HASH, LRU, SOCKMAP, LEFT);

  private static Hook hook(String program) {
    return HookTable.ALL.stream()
        .filter(hook -> hook.program().equals(program))
        .findFirst()
        .orElseThrow();
  }

  private static Map<Hook, String> said(Set<Hook> silent, Set<Hook> refused) {
    Set<Hook> proven = new HashSet<>(List.of(HASH, LRU, LEFT));
    proven.removeAll(silent);
    proven.removeAll(refused);
    return Unproven.of(
            ALL,
            silent,
            refused.stream().collect(Collectors.toMap(hook -> hook, _ -> DENIED)),
            proven)
        .with(Map.of());
  }

  @Test
  void nothingWhereAllWasSeen() {
    assertThat(said(Set.of(), Set.of())).isEmpty();
  }

  @Test
  void whatWasNotSeenOrNotWritten() {
    assertThat(said(Set.of(HASH), Set.of())).isEqualTo(Map.of(HASH, "its canary was not seen"));
    assertThat(said(Set.of(), Set.of(HASH)))
        .isEqualTo(
            Map.of(HASH, "its canary could not be written: EPERM (operation not permitted)"));
  }

  @Test
  void whoHasNoCanarySharesTheLotOfItsKind() {
    assertThat(said(Set.of(HASH, LRU), Set.of()))
        .containsOnlyKeys(HASH, LRU, SOCKMAP)
        .containsEntry(SOCKMAP, "no hook of its kind saw a canary");
    assertThat(said(Set.of(HASH), Set.of(LRU)))
        .containsEntry(SOCKMAP, "no hook of its kind saw a canary");
    assertThat(said(Set.of(), Set.of(HASH, LRU)))
        .containsOnlyKeys(HASH, LRU, SOCKMAP)
        .containsEntry(SOCKMAP, "its canary could not be written: EPERM (operation not permitted)");
  }

  @Test
  void whatIsSurelyDeadIsSaidFirst() {
    assertThat(
            Unproven.of(ALL, Set.of(HASH), Map.of(), Set.of(LRU, LEFT)).with(Map.of(HASH, "off")))
        .isEqualTo(Map.of(HASH, "off"));
  }
}
