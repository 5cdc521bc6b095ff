package dev.bpfaudit.kernel;

import dev.bpfaudit.model.BpfProgram;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.function.Function;

/// Looks for every map in every way there is: `BPF_MAP_GET_NEXT_ID`, the kernel's own list, the
/// descriptors of all processes, the maps of all programs, pins in all mount namespaces, and trying
/// ids. Who lies to one of them does not lie to all. Maps of our own tracer are passed over.
final class MapSearch implements AutoCloseable {
  private final Set<Long> own;
  private final Set<Long> before;
  private final Optional<KernelList> list;
  private final Map<Long, ListedMap> listed = new HashMap<>();
  private final List<ListedProgram> listedPrograms = new ArrayList<>();
  private final Set<Long> hiddenPrograms = new HashSet<>();
  private final Map<Long, List<Long>> programsOf = new HashMap<>();
  private final Set<String> unchecked = new LinkedHashSet<>();
  private final Pins pins;
  private final HeldDescriptors held;
  private final Set<Long> guessed;

  /// @param before what is enumerated
  /// @param own of those, the maps of our tracer
  static MapSearch of(
      Set<Long> before, Set<Long> own, Future<Pins> pins, Future<HeldDescriptors> held) {
    List<String> unchecked = new ArrayList<>();
    Optional<KernelList> list = load(unchecked);
    try {
      return new MapSearch(
          before, own, list, unchecked, SearchBeside.result(pins), SearchBeside.result(held));
    } catch (RuntimeException | Error e) {
      list.ifPresent(KernelList::close);
      throw e;
    }
  }

  private static Optional<KernelList> load(List<String> unchecked) {
    try {
      return Optional.of(new KernelList());
    } catch (KernelException e) {
      unchecked.add("the kernel's own list of maps, since Linux 5.9: " + e.refusal());
      return Optional.empty();
    }
  }

  private MapSearch(
      Set<Long> before,
      Set<Long> own,
      Optional<KernelList> list,
      List<String> unchecked,
      Pins pins,
      HeldDescriptors held) {
    this.before = before;
    this.own = own;
    this.list = list;
    this.pins = pins;
    this.held = held;
    this.unchecked.addAll(unchecked);
    this.unchecked.addAll(held.unseen());
    ask(KernelList::maps).forEach(map -> listed.put(map.id(), map));
    listedPrograms.addAll(ask(KernelList::programs));
    if (listedPrograms.isEmpty()) {
      programs().forEach(program -> keep(program.id(), program.mapIds()));
    }
    listedPrograms.forEach(program -> keep(program.id(), program.mapIds()));
    guessed = GuessedIds.of(known(), isListed(), this::opens);
    if (GuessedIds.areCut(known(), isListed())) {
      this.unchecked.add(GuessedIds.limit(isListed()));
    }
  }

  private boolean isListed() {
    return !listed.isEmpty();
  }

  private void keep(long program, List<Long> maps) {
    for (long map : maps) {
      programsOf.computeIfAbsent(map, _ -> new ArrayList<>()).add(program);
    }
  }

  /// Every program that any way shows.
  List<BpfProgram> programs() {
    Set<Long> enumerated = Set.copyOf(ObjectIds.programs());
    Set<Long> ids = new TreeSet<>(enumerated);
    for (ListedProgram there : ask(KernelList::programs)) {
      ids.add(there.id());
      if (!enumerated.contains(there.id()) && listedPrograms.contains(there)) {
        hiddenPrograms.add(there.id());
      }
    }
    held.all().stream().map(HeldDescriptor::programId).filter(id -> id != 0).forEach(ids::add);
    list.ifPresent(it -> ids.removeAll(it.ownPrograms()));
    return Programs.of(ids);
  }

  /// Who could load the iterators may be kept from asking them.
  private <T> List<T> ask(Function<KernelList, List<T>> question) {
    try {
      return list.map(question).orElse(List.of());
    } catch (KernelException e) {
      unchecked.add("the kernel's own list of maps: " + e.refusal());
      return List.of();
    }
  }

  /// Every map that any way shows, to be captured.
  NavigableSet<Long> ids() {
    NavigableSet<Long> ids = known();
    ids.addAll(guessed);
    ids.removeAll(own); // which guessing finds too
    return ids;
  }

  private NavigableSet<Long> known() {
    NavigableSet<Long> ids = new TreeSet<>(before);
    ids.addAll(listed.keySet());
    held.all().stream().map(HeldDescriptor::mapId).filter(id -> id != 0).forEach(ids::add);
    ids.addAll(programsOf.keySet());
    ids.addAll(pins.ids());
    ids.removeAll(own);
    return ids;
  }

  /// Whether `BPF_MAP_GET_NEXT_ID` lists it, when it is asked first.
  boolean isEnumerated(long id) {
    return before.contains(id);
  }

  /// Whether it belongs to our tracer.
  boolean isOwn(long id) {
    return own.contains(id);
  }

  Pins pins() {
    return pins;
  }

  HeldDescriptors held() {
    return held;
  }

  /// What the kernel's own list tells, by id.
  Map<Long, ListedMap> listed() {
    return listed;
  }

  List<ListedProgram> listedPrograms() {
    return listedPrograms;
  }

  /// Whether `BPF_PROG_GET_NEXT_ID` left a program out that was there before and after.
  boolean isHiddenProgram(long id) {
    return hiddenPrograms.contains(id);
  }

  /// Ids of the programs that use a map.
  List<Long> programsOf(long map) {
    return programsOf.getOrDefault(map, List.of());
  }

  /// What could not be asked, each in a sentence that stays the same while it is so.
  List<String> unchecked() {
    return List.copyOf(unchecked);
  }

  /// Asks again, when all maps have been captured.
  ///
  /// @param known ids of all maps that were to be captured
  /// @param shut those that could not be opened
  /// @param deleted those of them that are deleted, says whoever answers
  MapVerdict.Evidence askAgain(Collection<Long> known, Set<Long> shut, Set<Long> deleted) {
    Set<Long> after = new HashSet<>(ObjectIds.maps());
    Set<Long> there = new HashSet<>();
    for (ListedMap map : ask(KernelList::maps)) {
      there.add(map.id());
      listed.put(map.id(), map);
    }
    Set<Long> dying = new HashSet<>(deleted);
    dying.retainAll(after);
    dying.removeAll(there); // where each is that somebody holds
    after.removeAll(DyingMaps.ended(dying, ObjectIds::maps, DyingMaps.PATIENCE));
    Set<Long> heldStill = new HashSet<>();
    for (long id : known) {
      if (!before.contains(id) && !after.contains(id) && !there.contains(id) && opens(id)) {
        there.add(id);
      }
      if (!after.contains(id) && !there.contains(id) && isHeldStill(id)) {
        heldStill.add(id);
      }
    }
    return new MapVerdict.Evidence(before, after, there, heldStill, shut);
  }

  private boolean opens(long id) {
    return switch (Opening.ofMap(id)) {
      case Opening.Vanished _, Opening.Refused _ -> false;
      case Opening.Opened(Fd fd) -> {
        try (fd) {
          yield new MapInfo(pins).of(fd).id() == id; // which lets it be closed safely
        } catch (UnreadableException e) {
          yield true;
        }
      }
    };
  }

  private boolean isHeldStill(long id) {
    return held.all().stream()
            .filter(one -> one.mapId() == id)
            .anyMatch(one -> one.now().filter(now -> now.mapId() == id).isPresent())
        || programsOf(id).stream()
            .anyMatch(program ->
                Programs.read(program).filter(now -> now.mapIds().contains(id)).isPresent())
        || (pins.ids().contains(id) && Pins.find().ids().contains(id));
  }

  @Override
  public void close() {
    list.ifPresent(KernelList::close);
  }
}
