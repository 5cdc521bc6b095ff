package dev.bpfaudit.kernel;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Holder;
import dev.bpfaudit.model.MapState;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Which processes can write the maps of a capture: by a descriptor, or in their memory. Two
/// iterators of `bpf/holders.bpf.c` go through all of them.
final class HolderSurvey {
  static final int ROW_SIZE = 24;

  private static final String OBJECT = "holders";
  private static final String DESCRIPTORS = "descriptors";
  private static final String MAPPINGS = "mappings";
  private static final Map<String, String> WHAT =
      Map.of(
          DESCRIPTORS, "which processes hold maps open for writing",
          MAPPINGS, "which processes have maps in their memory (since Linux 5.12)");
  private static final int HOLDS_MAPPING = 2;
  private static final int MMAPABLE = 1 << 10;

  private final Set<Long> writable;
  private final boolean anyMapped;
  private final Map<Task, Held> held = new TreeMap<>();
  private final List<String> unknown = new ArrayList<>();

  private record Task(long pid, long startedNanos) implements Comparable<Task> {
    @Override
    public int compareTo(Task other) {
      int byPid = Long.compare(pid, other.pid);
      return byPid != 0 ? byPid : Long.compare(startedNanos, other.startedNanos);
    }
  }

  private record Held(Set<Long> writable, Set<Long> mapped) {}

  HolderSurvey(Capture capture) {
    List<BpfMap> maps =
        capture.maps().stream().map(MapState::map).filter(map -> !map.frozen()).toList();
    writable = maps.stream().map(BpfMap::id).collect(Collectors.toSet());
    anyMapped = maps.stream().anyMatch(map -> (map.mapFlags() & MMAPABLE) != 0);
    if (!writable.isEmpty()) {
      look();
    }
  }

  /// Both together, because opening the object takes the most time; singly where the kernel lacks
  /// one.
  private void look() {
    Set<String> wanted = anyMapped ? Set.of(DESCRIPTORS, MAPPINGS) : Set.of(DESCRIPTORS);
    if (refusal(wanted) == null) {
      return;
    }
    held.clear();
    for (String one : wanted) {
      KernelException refusal = refusal(Set.of(one));
      if (refusal != null) {
        unknown.add(WHAT.get(one) + " is not known: " + why(refusal));
      }
    }
  }

  /// libbpf answers ESRCH where the kernel's description of its types has no such iterator.
  private static String why(KernelException refusal) {
    return refusal.errno() == Errno.ESRCH ? "this kernel cannot be asked that" : refusal.refusal();
  }

  /// Runs iterators; null if all went well.
  private @Nullable KernelException refusal(Set<String> programs) {
    try (BpfObject object = new BpfObject(OBJECT)) {
      ScratchMaps.required(object.load(programs::contains), "load iterators");
      for (String program : programs) {
        keep(BpfIterator.run(object.program(program)));
      }
      return null;
    } catch (KernelException e) {
      return e;
    }
  }

  private void keep(MemorySegment rows) {
    long own = ProcessHandle.current().pid();
    for (long at = 0; at + ROW_SIZE <= rows.byteSize(); at += ROW_SIZE) {
      long map = Integer.toUnsignedLong(rows.get(ValueLayout.JAVA_INT_UNALIGNED, at + 12));
      long pid = Integer.toUnsignedLong(rows.get(ValueLayout.JAVA_INT_UNALIGNED, at + 8));
      if (pid != own && writable.contains(map)) {
        Task task = new Task(pid, rows.get(ValueLayout.JAVA_LONG_UNALIGNED, at));
        Held by = held.computeIfAbsent(task, _ -> new Held(new TreeSet<>(), new TreeSet<>()));
        boolean mapped = rows.get(ValueLayout.JAVA_INT_UNALIGNED, at + 16) == HOLDS_MAPPING;
        (mapped ? by.mapped() : by.writable()).add(map);
      }
    }
  }

  /// Those that live still, ascending by pid; never this process.
  List<Holder> holders() {
    List<Holder> holders = new ArrayList<>();
    held.forEach((task, by) ->
        ProcessFacts.of(task.pid(), task.startedNanos())
            .map(process ->
                new Holder(process, List.copyOf(by.writable()), List.copyOf(by.mapped())))
            .ifPresent(holders::add));
    return holders;
  }

  /// What could not be looked at, each in a sentence.
  List<String> unknown() {
    return List.copyOf(unknown);
  }
}
