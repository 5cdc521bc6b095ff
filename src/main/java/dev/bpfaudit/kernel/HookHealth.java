package dev.bpfaudit.kernel;

import dev.bpfaudit.model.HookKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Which of the hooks that were attached are not called any more, as far as that can be seen
/// without a write. A link's id is never given again while the machine runs, and what a link of
/// these kinds hangs on cannot be changed: the same id with the same program is the same hook.
final class HookHealth {
  static final String FTRACE_IS_OFF = "kernel.ftrace_enabled = 0";
  static final String KPROBES_ARE_OFF = "kprobes/enabled = 0 in debugfs";
  static final String REMOVED = "its link was removed after it had been attached";
  static final String REPLACED = "its link was replaced by another";
  static final String OTHER_PROGRAM = "its link was given another program";
  static final String DETACHED = "its link was detached";

  private static final Path FTRACE_ENABLED = Path.of("/proc/sys/kernel/ftrace_enabled");

  static final boolean FTRACE_CAN_BE_SWITCHED =
      KernelVersion.of(LocalHost.facts().kernel()).compareTo(KernelVersion.of("6.0")) >= 0;

  private final boolean ftraceIsOff =
      Files.isReadable(FTRACE_ENABLED) && KernelFile.read(FTRACE_ENABLED).equals("0");
  private final boolean kprobesAreOff = kprobesAreOff();

  private HookHealth() {}

  /// Why, by hook; nothing of those that seem well or were never attached.
  static Map<Hook, String> off(Map<Hook, HookState> states) {
    HookHealth health = new HookHealth();
    Map<Hook, String> off = new LinkedHashMap<>();
    states.forEach((hook, state) -> {
      if (state.attached()) {
        health.why(hook, state).ifPresent(why -> off.put(hook, why));
      }
    });
    return off;
  }

  private Optional<String> why(Hook hook, HookState state) {
    if (ftraceIsOff && hook.kind() != HookKind.TRACEPOINT) {
      return Optional.of(FTRACE_IS_OFF);
    }
    if (kprobesAreOff && hook.kind() == HookKind.KPROBE) {
      return Optional.of(KPROBES_ARE_OFF);
    }
    return PinnedObject.open(TracerFiles.of(hook))
        .map(fd -> {
          try (fd) {
            return link(PinnedObject.link(fd), state);
          } catch (KernelException e) {
            return Optional.of(REPLACED); // by a map or a program
          }
        })
        .orElse(Optional.of(REMOVED));
  }

  private static Optional<String> link(PinnedObject.LinkFacts facts, HookState state) {
    if (facts.id() != state.linkId()) {
      return Optional.of(REPLACED);
    }
    boolean other = state.knowsTag() && !facts.tag().equals(state.tag());
    if (facts.programId() != state.programId() || other) {
      return Optional.of(OTHER_PROGRAM);
    }
    return facts.target() ? Optional.empty() : Optional.of(DETACHED);
  }

  /// Debugfs may not be mounted; then only a canary tells.
  private static boolean kprobesAreOff() {
    try {
      return KernelFile.wholeMount("debugfs")
          .map(debugfs -> debugfs.resolve("kprobes/enabled"))
          .filter(Files::isReadable)
          .filter(enabled -> KernelFile.read(enabled).equals("0"))
          .isPresent();
    } catch (KernelException e) {
      return false;
    }
  }
}
