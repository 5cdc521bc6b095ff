package dev.bpfaudit.kernel;

import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.WritePath;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The ways to maps that this kernel has, and which of them are watched now.
final class TracerPaths {
  private static final Set<Operation> ENTRIES =
      Set.of(
          Operation.UPDATE,
          Operation.DELETE,
          Operation.LOOKUP_AND_DELETE,
          Operation.PUSH,
          Operation.POP);

  /// A hash takes entries out in a batch without calling the function for one of them
  /// (`__htab_map_lookup_and_delete_batch` in `kernel/bpf/hashtab.c`).
  private static final Set<MapType> TAKEN_IN_BATCHES =
      EnumSet.of(
          MapType.HASH,
          MapType.PERCPU_HASH,
          MapType.LRU_HASH,
          MapType.LRU_PERCPU_HASH,
          MapType.HASH_OF_MAPS,
          MapType.RHASH);

  /// What the verifier lets programs update, delete or push (`check_map_func_compatibility`).
  private static final Set<MapType> WRITTEN_BY_PROGRAMS =
      EnumSet.of(
          MapType.HASH,
          MapType.ARRAY,
          MapType.PERCPU_HASH,
          MapType.PERCPU_ARRAY,
          MapType.LRU_HASH,
          MapType.LRU_PERCPU_HASH,
          MapType.LPM_TRIE,
          MapType.SOCKMAP,
          MapType.SOCKHASH,
          MapType.QUEUE,
          MapType.STACK,
          MapType.BLOOM_FILTER,
          MapType.STACK_TRACE,
          MapType.RHASH);

  private final HookKind kind;
  private final Map<Hook, HookState> states;
  private final Map<Hook, String> off;

  /// @param states of the hooks that were tried
  /// @param off why hooks that were attached are not called any more
  TracerPaths(HookKind kind, Map<Hook, HookState> states, Map<Hook, String> off) {
    this.kind = kind;
    this.states = states;
    this.off = off;
  }

  List<WritePath> all(String fentryRefused) {
    List<WritePath> paths = new ArrayList<>();
    states.forEach((hook, state) -> {
      if (!hook.operations().isEmpty()) {
        paths.add(
            new WritePath(
                hook.function(), hook.kind(), hook.types(), hook.operations(), now(hook, state)));
      }
    });
    states.forEach((hook, state) -> {
      if (hook.program().startsWith("call_")) {
        paths.add(
            new WritePath(
                hook.function() + " (what no function shows)",
                HookKind.FENTRY,
                rest(),
                ENTRIES,
                now(hook, state)));
      }
    });
    switch (kind) {
      case FENTRY -> {}
      case KPROBE ->
          paths.add(
              blind(
                  "writes by kprobe, tracepoint, perf_event and syscall programs",
                  "kprobes are not called while such a program runs, or cannot tell it from the kernel; "
                      + fentryRefused));
      case TRACEPOINT -> paths.add(blind("writes by BPF programs", fentryRefused));
    }
    return paths;
  }

  private WritePath blind(String name, String why) {
    return new WritePath(name, kind, WRITTEN_BY_PROGRAMS, ENTRIES, new WritePath.Blind(why));
  }

  /// Types of which a system call does something that no hooked function shows.
  private Set<MapType> rest() {
    Set<MapType> rest = EnumSet.copyOf(TAKEN_IN_BATCHES);
    states.forEach((hook, state) -> {
      if (!state.attached() && hook.seesCalls()) {
        rest.addAll(hook.types());
      }
    });
    return rest;
  }

  private WritePath.State now(Hook hook, HookState state) {
    if (!state.attached()) {
      return new WritePath.Blind(state.why());
    }
    String why = off.get(hook);
    return why == null ? new WritePath.Watched(state.sinceNanos()) : new WritePath.Blind(why);
  }
}
