package dev.bpfaudit.attribution;

import dev.bpfaudit.diff.EntryChange;
import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Holder;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.ProgramReach;
import dev.bpfaudit.model.Reach;
import dev.bpfaudit.model.Task;
import dev.bpfaudit.model.TracedProcess;
import dev.bpfaudit.model.TracedProgram;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Who could have written one map without being seen: directly always, by a function of the kernel
/// only where its calls were not all watched.
final class Candidates {
  private static final Task NO_TASK = new Task(0, "");

  private final long map;
  private final Map<Object, Writer> found = new LinkedHashMap<>();
  private final List<Writer> all;
  private final List<Writer> indirect;

  /// @param reaches of the boot of `map`, from its earlier snapshot to its later one
  /// @param writes all that was seen of it
  /// @param span in which it was written
  /// @param unwatched by which ways it may have been written unseen
  Candidates(
      long map,
      List<Interval> reaches,
      List<SeenWrite> writes,
      Span span,
      Timeline.Unwatched unwatched) {
    this.map = map;
    for (Interval interval : reaches) {
      interval.surroundings().reach().programs().forEach(program -> stores(program, interval));
    }
    writes.stream()
        .filter(seen -> seen.write().operation() == Operation.MMAP)
        .filter(seen -> seen.write().firstNanos() <= span.endedNanos())
        .forEach(this::mapping);
    for (Interval interval : reaches) {
      Reach reach = interval.surroundings().reach();
      reach.holders().forEach(holder -> mapped(holder, interval));
    }
    for (Interval interval : reaches) {
      Reach reach = interval.surroundings().reach();
      if (unwatched.programs()) {
        reach.programs().forEach(program -> calls(program, interval));
      }
      if (unwatched.calls()) {
        reach.holders().forEach(holder -> holds(holder, interval));
      }
    }
    all = List.copyOf(found.values());
    indirect = all.stream().filter(writer -> !writer.means().direct()).toList();
  }

  private void stores(ProgramReach reach, Interval interval) {
    if (reach.stores().contains(map)) {
      add(reach.program(), Means.POINTER, interval);
    }
  }

  private void calls(ProgramReach reach, Interval interval) {
    if (reach.calls().contains(map)) {
      add(reach.program(), Means.HELPER, interval);
    }
  }

  private void mapped(Holder holder, Interval interval) {
    if (holder.mapped().contains(map)) {
      add(holder.process(), Means.MAPPED, interval);
    }
  }

  private void holds(Holder holder, Interval interval) {
    if (holder.writable().contains(map)) {
      add(holder.process(), Means.DESCRIPTOR, interval);
    }
  }

  private void mapping(SeenWrite seen) {
    if (seen.write().author() instanceof Author.Caller(TracedProcess process)) {
      long at = seen.write().lastNanos();
      found.putIfAbsent(
          key(process), writer(new Author.Caller(process), Means.MAPPING, at, seen.clock()));
    }
  }

  private void add(TracedProgram program, Means means, Interval interval) {
    Author author = new Author.Program(program, NO_TASK);
    found.putIfAbsent(program.id(), writer(author, means, 0, interval.clock()));
  }

  private void add(TracedProcess process, Means means, Interval interval) {
    Author author = new Author.Caller(process);
    found.putIfAbsent(key(process), writer(author, means, 0, interval.clock()));
  }

  /// What else is known of a process may differ from look to look.
  private static Object key(TracedProcess process) {
    return Map.entry(process.pid(), process.startedNanos());
  }

  private static Writer writer(Author author, Means means, long at, WallClock clock) {
    Operation operation = means.direct() ? Operation.STORE : Operation.UPDATE;
    return new Writer(operation, false, author, Level.CANDIDATE, 0, at, at, clock, means);
  }

  boolean none() {
    return all.isEmpty();
  }

  /// Those that could have made `change`: no entry comes or goes by a direct write. Always the same
  /// list of the same changes.
  List<Writer> of(EntryChange change) {
    return switch (change) {
      case EntryChange.Changed _ -> all;
      case EntryChange.Added _, EntryChange.Removed _ -> indirect;
    };
  }
}
