package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.BpfMap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Says of maps that somebody denies what shows them, who has to do with them, and who could be
/// lying. The text stays the same as long as that does.
final class MapAlarms {
  private static final int MOST_ALARMS = 32;
  private static final int MOST_NAMES = 8;

  private final MapSearch search;
  private final Map<Long, MapCapture.Shut> shut;
  private final List<Alarm> alarms = new ArrayList<>();
  private final List<Long> further = new ArrayList<>();

  /// @param shut why maps could not be opened, by id
  MapAlarms(MapSearch search, Map<Long, MapCapture.Shut> shut) {
    this.search = search;
    this.shut = shut;
  }

  void add(BpfMap map, MapVerdict verdict) {
    switch (verdict) {
      case LISTED, RACED -> {}
      case HIDDEN ->
          add(
              map,
              Alarm.Severity.CRITICAL,
              " is hidden: the kernel's answers to BPF_MAP_GET_NEXT_ID leave it out");
      case DENIED -> {
        MapCapture.Shut closed = shut.get(map.id());
        if (closed != null && !Errno.isScarcity(closed.errno())) {
          add(
              map,
              Alarm.Severity.HIGH,
              " is denied: it is there, and opening it by its id answers "
                  + Errno.describe(closed.errno()));
        }
      }
      case ORPHANED ->
          add(
              map,
              Alarm.Severity.HIGH,
              " is orphaned: something holds it, and neither the kernel's lists nor its id lead to"
                  + " it");
    }
  }

  /// All that were added; of very many the last says how many more.
  List<Alarm> all() {
    List<Alarm> all = new ArrayList<>(alarms);
    if (!further.isEmpty()) {
      all.add(
          new Alarm(
              Alarm.Kind.HIDDEN_MAP,
              Alarm.Severity.CRITICAL,
              further.size() + " further maps are hidden, denied or orphaned",
              "their ids: " + some(further.stream().map(String::valueOf).toList())));
    }
    return all;
  }

  private void add(BpfMap map, Alarm.Severity severity, String how) {
    if (alarms.size() == MOST_ALARMS) {
      further.add(map.id());
      return;
    }
    boolean known = search.listed().containsKey(map.id()) || !shut.containsKey(map.id());
    String name = known ? " \"%s\" (%s)".formatted(map.name(), map.typeName()) : "";
    alarms.add(
        new Alarm(Alarm.Kind.HIDDEN_MAP, severity, "map " + map.id() + name + how, why(map)));
  }

  private String why(BpfMap map) {
    List<String> holders =
        search.held().all().stream()
            .filter(one -> one.mapId() == map.id())
            .map(one -> comm(one.pid()) + " (pid " + one.pid() + ")")
            .distinct()
            .toList();
    List<String> users = search.programsOf(map.id()).stream().distinct().map(this::name).toList();
    List<String> parts = new ArrayList<>();
    parts.add("shown by " + String.join(", ", shownBy(map, holders, users)));
    named(parts, "held by ", holders);
    named(parts, "used by ", users);
    named(parts, "pinned at ", map.pins());
    named(parts, "what could change the answers of bpf(2): ", suspects());
    return String.join("; ", parts);
  }

  private List<String> shownBy(BpfMap map, List<String> holders, List<String> users) {
    return Stream.of(
            search.isEnumerated(map.id()) ? "BPF_MAP_GET_NEXT_ID" : "",
            search.listed().containsKey(map.id()) ? "the kernel's own list (bpf_iter)" : "",
            shut.containsKey(map.id()) ? "" : "opening it by its id",
            holders.isEmpty() ? "" : "descriptors",
            users.isEmpty() ? "" : "programs",
            map.pins().isEmpty() ? "" : "pins")
        .filter(source -> !source.isEmpty())
        .toList();
  }

  private static void named(List<String> parts, String what, List<String> names) {
    if (!names.isEmpty()) {
      parts.add(what + some(names));
    }
  }

  private static String some(List<String> names) {
    String shown = names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "));
    int more = names.size() - MOST_NAMES;
    return more > 0 ? shown + " and " + more + " more" : shown;
  }

  private String name(long id) {
    return search.listedPrograms().stream()
        .filter(program -> program.id() == id)
        .map(program -> name(program, ""))
        .findFirst()
        .orElse("program " + id);
  }

  private String name(ListedProgram program, String what) {
    return "program %d \"%s\"%s%s"
        .formatted(
            program.id(),
            program.name(),
            what,
            search.isHiddenProgram(program.id()) ? ", which the list of programs leaves out" : "");
  }

  private List<String> suspects() {
    return search.listedPrograms().stream()
        .filter(ListedProgram::canLie)
        .map(one -> {
          String where = one.function().isEmpty() ? "" : " at " + one.function();
          return name(
              one, " (" + one.unopened().typeName() + where + ", tag " + one.tag().hex() + ")");
        })
        .toList();
  }

  private static String comm(long pid) {
    try {
      return KernelFile.read(Path.of("/proc/" + pid + "/comm"));
    } catch (KernelException e) {
      return "a process that has ended";
    }
  }
}
