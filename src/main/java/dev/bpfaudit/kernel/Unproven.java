package dev.bpfaudit.kernel;

import dev.bpfaudit.model.HookKind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which hooks did not prove that they are called.
final class Unproven {
  /// How the reason begins where the kernel, or who answers in its stead, refused a canary.
  static final String REFUSED = "its canary could not be written: ";

  private static final String SILENT = "its canary was not seen";

  private Unproven() {}

  /// Those that are known to be off, those whose canaries were not seen or not written, and those
  /// that have no canary where none of their kind proved anything.
  ///
  /// @param dead why hooks that were attached are not called any more
  /// @param attached all others
  /// @param silent those of them that did not see their canaries
  /// @param refused those of them whose canaries could not be written
  static Map<Hook, String> hooks(
      Map<Hook, String> dead, Set<Hook> attached, Set<Hook> silent, Map<Hook, Refusal> refused) {
    Map<Hook, String> all = new LinkedHashMap<>(dead);
    silent.forEach(hook -> all.putIfAbsent(hook, SILENT));
    refused.forEach((hook, refusal) -> all.putIfAbsent(hook, REFUSED + refusal.why()));
    for (HookKind kind : HookKind.values()) {
      List<Hook> ofKind = attached.stream().filter(hook -> hook.kind() == kind).toList();
      List<Hook> tried = ofKind.stream().filter(Canary::has).toList();
      if (!tried.isEmpty() && all.keySet().containsAll(tried)) {
        String why =
            silent.stream().anyMatch(tried::contains)
                ? "no hook of its kind saw a canary"
                : REFUSED + "nor that of any other of its kind";
        ofKind.forEach(hook -> all.putIfAbsent(hook, why));
      }
    }
    return all;
  }
}
