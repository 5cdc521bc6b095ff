package dev.bpfaudit.kernel;

import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.Lapse;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Operation;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;

/// Times between two drains in which a hook that was attached watched nothing, or may have.
final class Lapses {
  private final Map<Hook, HookState> states;
  private final long began;
  private final long ended;
  private final List<Lapse> all = new ArrayList<>();

  Lapses(Map<Hook, HookState> states, long began, long ended) {
    this.states = states;
    this.began = began;
    this.ended = ended;
  }

  List<Lapse> all() {
    return all;
  }

  /// When a hook was switched off is not known: after it was last known to be called, at the drain
  /// before; nor when it was on again.
  void hooks(Map<Hook, String> off) {
    states.forEach((hook, state) -> {
      String why = off.get(hook);
      if (why != null) {
        add(hook, began, ended, why);
      } else if (state.attached() && state.offNanos() != 0) {
        add(hook, began, ended, "it was not known to be called when the ledger was read before");
      } else if (state.attached() && unwitnessed(hook, off)) {
        add(hook, began, ended, "nobody watched whether ftrace was switched off in between");
      }
    });
  }

  /// Without the witness ftrace may have been off and on again.
  private boolean unwitnessed(Hook hook, Map<Hook, String> off) {
    return off.containsKey(HookTable.WITNESS) && concerns(Switched.Setting.FTRACE, hook);
  }

  /// Where one was to be off until it was on again, or until now.
  void switched(List<Switched> events) {
    for (int i = 0; i < events.size(); i++) {
      Switched event = events.get(i);
      if (event.off() && event.atNanos() > began && event.atNanos() <= ended) {
        long until = onAgain(events.subList(i + 1, events.size()), event.setting());
        String why = event.setting().label + " was set to 0";
        states.forEach((hook, state) -> {
          if (state.attached() && concerns(event.setting(), hook)) {
            add(hook, event.atNanos(), until, why);
          }
        });
      }
    }
  }

  /// Whether the kernel stops calling a hook when a setting is 0. Up to 5.19 it refuses to switch
  /// ftrace off while there are hooks of trampolines (EBUSY, seen on 5.10): they were
  /// `FTRACE_OPS_FL_PERMANENT` until 6.0 (00963a2e75a8).
  static boolean concerns(Switched.Setting setting, Hook hook) {
    return switch (setting) {
      case FTRACE ->
          switch (hook.kind()) {
            case FENTRY -> HookHealth.FTRACE_CAN_BE_SWITCHED;
            case KPROBE -> true;
            case TRACEPOINT -> false;
          };
      case KPROBES -> hook.kind() == HookKind.KPROBE;
    };
  }

  private long onAgain(List<Switched> later, Switched.Setting setting) {
    return later.stream()
        .filter(event -> event.setting() == setting && !event.off())
        .mapToLong(Switched::atNanos)
        .filter(at -> at <= ended)
        .findFirst()
        .orElse(ended);
  }

  /// Everything, all the time.
  void everything(String why) {
    all.add(
        new Lapse(
            began,
            Math.max(began, ended),
            "all",
            EnumSet.allOf(MapType.class),
            EnumSet.allOf(Operation.class),
            why));
  }

  private void add(Hook hook, long from, long to, String why) {
    all.add(
        new Lapse(from, Math.max(from, to), hook.function(), hook.types(), hook.operations(), why));
  }
}
