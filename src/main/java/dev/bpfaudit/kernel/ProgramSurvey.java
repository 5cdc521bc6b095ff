package dev.bpfaudit.kernel;

import dev.bpfaudit.kernel.CodeReach.Found;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.ProgramReach;
import dev.bpfaudit.model.TableRef;
import dev.bpfaudit.model.TracedProgram;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Which programs can write the maps of a capture, by what their instructions do.
final class ProgramSurvey {
  /// `BPF_F_RDONLY_PROG`: no program may write it.
  private static final long READ_ONLY_FOR_PROGRAMS = 1 << 7;

  private static final int BPF_PROG_TYPE_EXT = 28;

  private static final String HELPERS_HIDDEN =
      "kernel.kptr_restrict = 2 hides which functions programs call: each is taken for one that"
          + " writes what it is given";

  /// Programs get pointers to values of these, and snapshots show the values.
  private static final Set<MapType> WITH_POINTERS =
      EnumSet.of(
          MapType.HASH,
          MapType.ARRAY,
          MapType.PERCPU_HASH,
          MapType.PERCPU_ARRAY,
          MapType.LRU_HASH,
          MapType.LRU_PERCPU_HASH,
          MapType.LPM_TRIE,
          MapType.CGROUP_STORAGE,
          MapType.PERCPU_CGROUP_STORAGE,
          MapType.RHASH);

  private static final Set<MapType> OUTER = EnumSet.of(MapType.ARRAY_OF_MAPS, MapType.HASH_OF_MAPS);

  private final Map<Long, MapState> maps = new HashMap<>();
  private final List<ProgramReach> reaches = new ArrayList<>();
  private final Set<String> unknown = new LinkedHashSet<>();
  private final HelperNames names = new HelperNames();
  private final Map<Long, Set<Long>> iterated = MapIterators.all();

  ProgramSurvey(Capture capture) {
    capture.maps().forEach(state -> maps.put(state.map().id(), state));
    capture.programs().stream()
        .filter(program ->
            iterated.containsKey(program.id()) || program.mapIds().stream().anyMatch(this::matters))
        .forEach(this::look);
  }

  /// Ascending by id.
  List<ProgramReach> programs() {
    return List.copyOf(reaches);
  }

  /// What could not be looked at, each in a sentence.
  List<String> unknown() {
    List<String> all = new ArrayList<>(unknown);
    if (names.hidden()) {
      all.add(HELPERS_HIDDEN);
    }
    return all;
  }

  private boolean matters(long id) {
    MapState state = maps.get(id);
    return state != null && (OUTER.contains(state.map().type()) || !isReadOnly(state.map()));
  }

  private static boolean isReadOnly(BpfMap map) {
    return (map.mapFlags() & READ_ONLY_FOR_PROGRAMS) != 0;
  }

  private void look(BpfProgram program) {
    try (Arena arena = Arena.ofConfined()) {
      switch (ProgramCode.of(program.id(), arena)) {
        case ProgramCode.Vanished() -> {}
        case ProgramCode.Hidden(String why) -> {
          unknown.add(
              "%s may write every map it uses: its instructions cannot be read: %s"
                  .formatted(called(program), why));
          add(program, new Found(-1, -1, false));
        }
        case ProgramCode.Shown(Code code) -> add(program, code);
      }
    }
  }

  private void add(BpfProgram program, Code code) {
    Found found = new CodeReach(code, bits(program), names).find();
    if (!found.understood()) {
      unknown.add(
          "%s may write every map it uses: its instructions are not understood"
              .formatted(called(program)));
    }
    if (program.typeNumber() == BPF_PROG_TYPE_EXT) {
      unknown.add(
          "%s stands in for a function of another program: what it is given by that is not known"
              .formatted(called(program)));
    }
    add(program, found);
  }

  private CodeReach.Maps bits(BpfProgram program) {
    Map<Long, Long> bits = new HashMap<>();
    long outer = 0;
    long perCpu = 0;
    for (int i = 0; i < program.mapIds().size(); i++) {
      long bit = i < Long.SIZE ? 1L << i : -1; // MAX_USED_MAPS is 64
      long id = program.mapIds().get(i);
      bits.put(id, bit);
      MapState state = maps.get(id);
      if (state == null || OUTER.contains(state.map().type())) {
        outer |= bit; // one that was not captured may be one
      }
      if (state == null || state.map().type().perCpu()) {
        perCpu |= bit;
      }
    }
    return new CodeReach.Maps(bits, outer, perCpu);
  }

  private void add(BpfProgram program, Found found) {
    List<Long> stores =
        new ArrayList<>(
            reached(program, found.stores(), map -> WITH_POINTERS.contains(map.type())));
    iterated.getOrDefault(program.id(), Set.of()).stream()
        .filter(this::matters)
        .forEach(stores::add);
    List<Long> calls = reached(program, found.calls(), map -> !OUTER.contains(map.type()));
    if (!stores.isEmpty() || !calls.isEmpty()) {
      TracedProgram who =
          new TracedProgram(program.id(), program.tag(), program.name(), program.typeNumber(), "");
      reaches.add(new ProgramReach(who, stores, calls));
    }
  }

  /// The maps of these bits that can be written so; what a map of maps leads to in its place.
  private List<Long> reached(BpfProgram program, long bits, Predicate<BpfMap> writable) {
    List<Long> reached = new ArrayList<>();
    for (int i = 0; i < program.mapIds().size(); i++) {
      if (i >= Long.SIZE || (bits & 1L << i) != 0) {
        MapState state = maps.get(program.mapIds().get(i));
        if (state != null && OUTER.contains(state.map().type())) {
          reached.addAll(inner(state));
        } else if (state != null) {
          reached.add(state.map().id());
        }
      }
    }
    return reached.stream()
        .filter(id ->
            Optional.ofNullable(maps.get(id))
                .map(MapState::map)
                .filter(map -> !isReadOnly(map))
                .filter(writable)
                .isPresent())
        .toList();
  }

  /// The maps in a map of maps.
  private List<Long> inner(MapState outer) {
    FlatTable table =
        switch (outer.contents()) {
          case Contents.Complete(TableRef whole) -> whole.load();
          case Contents.Partial(TableRef part, String _) -> part.load();
          case Contents.NotEnumerable _, Contents.Unreadable _ -> FlatTable.empty(0, 0);
        };
    if (!(outer.contents() instanceof Contents.Complete)) {
      unknown.add(
          "which maps are in map %d is not known whole: programs that use it may write them"
              .formatted(outer.map().id()));
    }
    List<Long> inner = new ArrayList<>();
    for (long row = 0; row < table.count(); row++) {
      inner.add(Integer.toUnsignedLong(table.value(row).get(ValueLayout.JAVA_INT_UNALIGNED, 0)));
    }
    return inner;
  }

  private static String called(BpfProgram program) {
    return "program %d \"%s\"".formatted(program.id(), program.name());
  }
}
