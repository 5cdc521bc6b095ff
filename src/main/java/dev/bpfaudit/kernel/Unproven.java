package dev.bpfaudit.kernel;

import dev.bpfaudit.model.HookKind;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which hooks that seem well did not prove that they are called. Those that have no canary share
/// the lot of their kind: if none of it proved anything, neither did they.
///
/// @param silent did not see their canaries, and why that is said of them
/// @param refused their canaries could not be written
record Unproven(Map<Hook, String> silent, Map<Hook, Refusal> refused) {
  static final String SILENT = "its canary was not seen";
  static final String ALL_SILENT = "no hook of its kind saw a canary";
  private static final String REFUSED = "its canary could not be written: ";

  /// @param attached all hooks that seem well
  /// @param silent did not see their canaries
  /// @param refused their canaries could not be written
  /// @param proven saw theirs
  static Unproven of(
      Set<Hook> attached, Set<Hook> silent, Map<Hook, Refusal> refused, Set<Hook> proven) {
    Map<Hook, String> allSilent = new LinkedHashMap<>();
    Map<Hook, Refusal> allRefused = new LinkedHashMap<>(refused);
    silent.forEach(hook -> allSilent.put(hook, SILENT));
    for (HookKind kind : HookKind.values()) {
      List<Hook> ofKind = attached.stream().filter(hook -> hook.kind() == kind).toList();
      if (ofKind.stream().noneMatch(proven::contains)) {
        Set<Hook> others = new LinkedHashSet<>(ofKind);
        others.removeAll(silent);
        others.removeAll(refused.keySet());
        if (ofKind.stream().anyMatch(silent::contains)) {
          others.forEach(hook -> allSilent.put(hook, ALL_SILENT));
        } else {
          ofKind.stream()
              .filter(refused::containsKey)
              .findFirst()
              .map(refused::get)
              .ifPresent(why -> others.forEach(hook -> allRefused.put(hook, why)));
        }
      }
    }
    return new Unproven(allSilent, allRefused);
  }

  /// Why nobody knows that they watch, or why they do not, with those that are surely `dead`.
  Map<Hook, String> with(Map<Hook, String> dead) {
    Map<Hook, String> all = new LinkedHashMap<>(dead);
    silent.forEach(all::putIfAbsent);
    refused.forEach((hook, refusal) -> all.putIfAbsent(hook, REFUSED + refusal.why()));
    return all;
  }
}
