package dev.bpfaudit.kernel;

import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.Loss;
import dev.bpfaudit.model.ObservedWrite;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import me.bechberger.ebpf.bpf.raw.Lib_1;
import me.bechberger.ebpf.bpf.raw.bpf_prog_info;

/// What the tracer could not keep since the last drain, named by the room that was too small.
final class TracerLosses {
  private final List<Loss> losses = new ArrayList<>();
  private final Map<Hook, Long> misses = new LinkedHashMap<>();

  /// @param since sums since the last drain
  /// @param overflowed rows that stand for many keys
  TracerLosses(Totals since, List<ObservedWrite> overflowed, Map<Hook, HookState> states) {
    Map<Long, Long> byMap = new LinkedHashMap<>();
    overflowed.forEach(write -> byMap.merge(write.mapId(), write.count(), Long::sum));
    byMap.forEach((map, count) ->
        add("the table of writes was full: keys not kept", count, new Loss.OneMap(map)));
    add("both tables of writes were full", since.unplaced(), new Loss.AllMaps());
    add("the table of processes was full", since.processesLost(), new Loss.AuthorsOnly());
    add("the table of programs was full", since.programsLost(), new Loss.AuthorsOnly());
    add("the table of system calls was full", since.callsLost(), new Loss.AuthorsOnly());
    add("the table of handles was full", since.handlesLost(), new Loss.AuthorsOnly());
    states.forEach((hook, state) -> {
      if (state.attached() && hook.kind() != HookKind.KPROBE) {
        skipped(hook, state, since);
      }
    });
  }

  private void add(String what, long count, Loss.Scope scope) {
    if (count > 0) {
      losses.add(new Loss(what, count, scope));
    }
  }

  /// The kernel does not run a program inside itself, nor on top of itself in an interrupt
  /// (`__bpf_prog_enter` in `kernel/bpf/trampoline.c`, since 5.12), and counts that. Of a kprobe it
  /// counts, since 6.7 (dd8657894c11), the calls by system calls and by kprobe programs, of which
  /// the former are seen elsewhere and the latter are a blind path of their own.
  private void skipped(Hook hook, HookState state, Totals since) {
    long now = recursionMisses(state.programId());
    misses.put(hook, now);
    long own = hook.program().equals("update_hash") ? since.ownInserts() : 0;
    add(
        "the hook of " + hook.function() + " was skipped by the kernel",
        now - state.misses() - own,
        hook.types().isEmpty() ? new Loss.AuthorsOnly() : new Loss.Types(hook.types()));
  }

  private static long recursionMisses(long programId) {
    int number = Lib_1.bpf_prog_get_fd_by_id((int) programId);
    if (number < 0) {
      return 0;
    }
    try (Fd fd = new Fd(number);
        Arena arena = Arena.ofConfined()) {
      MemorySegment info = bpf_prog_info.allocate(arena);
      return ObjectInfo.fill(fd, info) < 0 ? 0 : bpf_prog_info.recursion_misses(info);
    }
  }

  List<Loss> all() {
    return losses;
  }

  /// What to count from, the next time.
  Map<Hook, Long> misses() {
    return misses;
  }
}
