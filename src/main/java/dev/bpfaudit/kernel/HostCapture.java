package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.TableSink;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Captures every map that there is, whoever denies it, and says which are denied.
final class HostCapture {
  private final SearchBeside beside;
  private final InnerMaps inner;
  private final MapCapture mapCapture;
  private final Set<Long> tried = new HashSet<>();
  private final Map<Long, MapCapture.Shut> shut = new TreeMap<>();
  private final List<MapState> maps = new ArrayList<>();

  /// What was captured, and what is wrong.
  ///
  /// @param unchecked what could not be asked, each in a sentence
  record Result(
      List<MapState> maps, List<BpfProgram> programs, List<Alarm> alarms, List<String> unchecked) {
    /// Nothing was looked for yet.
    static final Result NOTHING = new Result(List.of(), List.of(), List.of(), List.of());

    Result {
      maps = List.copyOf(maps);
      programs = List.copyOf(programs);
      alarms = List.copyOf(alarms);
      unchecked = List.copyOf(unchecked);
    }
  }

  private HostCapture(SearchBeside beside, HostFacts host, CaptureRequest request, TableSink sink) {
    this.beside = beside;
    this.inner = new InnerMaps(sink);
    this.mapCapture = new MapCapture(host, request, inner, beside.info());
  }

  /// @throws KernelException if maps cannot be enumerated at all
  static Result of(HostFacts host, CaptureRequest request, TableSink sink, Progress progress) {
    try (SearchBeside beside = SearchBeside.begin()) {
      return new HostCapture(beside, host, request, sink).all(progress);
    }
  }

  private Result all(Progress progress) {
    capture(beside.enumerated(), progress);
    MapSearch search = beside.all();
    capture(search.ids(), progress);
    List<BpfProgram> programs = search.programs();
    later(search, programs).forEach(id -> capture(id, _ -> {}));
    return new Result(maps, programs, judge(search), search.unchecked());
  }

  private void capture(SortedSet<Long> ids, Progress progress) {
    for (long id : ids) {
      int done = tried.size();
      if (!tried.contains(id)) {
        capture(id, name -> progress.reading(done, ids.size(), name));
      }
    }
  }

  /// What only the maps and the programs themselves show.
  private SortedSet<Long> later(MapSearch search, List<BpfProgram> programs) {
    SortedSet<Long> ids = new TreeSet<>(inner.ids());
    programs.forEach(program -> ids.addAll(program.mapIds()));
    ids.removeIf(id -> tried.contains(id) || search.isOwn(id));
    return ids;
  }

  private void capture(long id, Consumer<String> beforeReading) {
    tried.add(id);
    switch (mapCapture.capture(id, beforeReading)) {
      case MapCapture.Opened(var state) -> state.ifPresent(maps::add);
      case MapCapture.Shut closed -> shut.put(id, closed);
    }
  }

  private List<Alarm> judge(MapSearch search) {
    Set<Long> deleted = new HashSet<>();
    shut.forEach((id, closed) -> {
      if (closed.errno() == Errno.ENOENT) {
        deleted.add(id);
      }
    });
    MapVerdict.Evidence evidence = search.askAgain(tried, shut.keySet(), deleted);
    MapAlarms alarms = new MapAlarms(search, shut);
    for (long id : new TreeSet<>(tried)) {
      MapVerdict verdict = MapVerdict.of(id, evidence);
      MapCapture.Shut closed = shut.get(id);
      if (verdict != MapVerdict.RACED && closed != null) {
        mapCapture.unreadable(id, closed.reason()).ifPresent(maps::add);
      }
      if (verdict != MapVerdict.LISTED && verdict != MapVerdict.RACED) {
        alarms.add(facts(id), verdict);
      }
    }
    return alarms.all();
  }

  private BpfMap facts(long id) {
    return maps.stream()
        .map(MapState::map)
        .filter(map -> map.id() == id)
        .findFirst()
        .orElseGet(() -> mapCapture.unopened(id));
  }
}
