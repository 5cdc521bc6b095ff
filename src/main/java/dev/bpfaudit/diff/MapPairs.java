package dev.bpfaudit.diff;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.MapState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Finds which map of one capture is which map of another. Ids die with the map and the boot, so:
/// same boot and id first; else a common pin; else name, type, sizes, BTF and the names of the
/// programs that reference it, if only one map on either side has them.
final class MapPairs {
  private final Capture before;
  private final Capture now;
  private final boolean sameBoot;

  /// By id, in the order of the capture.
  private final Map<Long, MapState> unpairedBefore;

  private final Map<Long, MapState> unpairedNow;
  private final List<Pair> pairs = new ArrayList<>();
  private final Set<Long> ambiguousBefore = new HashSet<>();
  private final Set<Long> ambiguousNow = new HashSet<>();

  private MapPairs(Capture before, Capture now) {
    this.before = before;
    this.now = now;
    this.sameBoot = before.host().bootId().equals(now.host().bootId());
    this.unpairedBefore = byId(before);
    this.unpairedNow = byId(now);
  }

  private static Map<Long, MapState> byId(Capture capture) {
    Map<Long, MapState> maps = new LinkedHashMap<>();
    capture.maps().forEach(state -> maps.put(state.map().id(), state));
    return maps;
  }

  static MapPairs of(Capture before, Capture now) {
    MapPairs pairs = new MapPairs(before, now);
    if (pairs.sameBoot) {
      pairs.pairById();
    }
    pairs.pairByPin();
    pairs.pairByFingerprint();
    return pairs;
  }

  List<Pair> pairs() {
    return pairs;
  }

  Collection<MapState> removed() {
    return unpairedBefore.values();
  }

  Collection<MapState> added() {
    return unpairedNow.values();
  }

  boolean isAmbiguousBefore(MapState state) {
    return ambiguousBefore.contains(state.map().id());
  }

  boolean isAmbiguousNow(MapState state) {
    return ambiguousNow.contains(state.map().id());
  }

  private void pairById() {
    for (MapState state : List.copyOf(unpairedNow.values())) {
      MapState same = unpairedBefore.get(state.map().id());
      if (same != null) {
        pair(same, state, false);
      }
    }
  }

  private void pairByPin() {
    Map<String, MapState> old = new HashMap<>();
    for (MapState state : unpairedBefore.values()) {
      state.map().pins().forEach(pin -> old.put(pin, state));
    }
    for (MapState state : List.copyOf(unpairedNow.values())) {
      for (String pin : state.map().pins()) {
        MapState same = old.get(pin);
        if (same != null && unpairedBefore.containsKey(same.map().id())) {
          pair(same, state, true);
          break;
        }
      }
    }
  }

  private void pairByFingerprint() {
    Map<Fingerprint, List<MapState>> old = fingerprints(unpairedBefore.values(), before);
    Map<Fingerprint, List<MapState>> current = fingerprints(unpairedNow.values(), now);
    current.forEach((print, states) -> {
      List<MapState> same = old.getOrDefault(print, List.of());
      if (same.size() == 1 && states.size() == 1) {
        pair(same.getFirst(), states.getFirst(), true);
      } else if (!same.isEmpty()) {
        same.forEach(state -> ambiguousBefore.add(state.map().id()));
        states.forEach(state -> ambiguousNow.add(state.map().id()));
      }
    });
  }

  private void pair(MapState old, MapState current, boolean replaced) {
    pairs.add(new Pair(old, current, replaced));
    unpairedBefore.remove(old.map().id());
    unpairedNow.remove(current.map().id());
  }

  private static Map<Fingerprint, List<MapState>> fingerprints(
      Collection<MapState> states, Capture capture) {
    Map<Long, Set<String>> users = programNamesByMap(capture);
    Map<Fingerprint, List<MapState>> prints = new HashMap<>();
    for (MapState state : states) {
      BpfMap map = state.map();
      if (map.typeNumber() == 0) {
        continue; // nothing is known of a map that could not be opened
      }
      Fingerprint print =
          new Fingerprint(
              map.name(),
              map.typeNumber(),
              map.keySize(),
              map.valueSize(),
              map.btfDigest(),
              users.getOrDefault(map.id(), Set.of()));
      prints.computeIfAbsent(print, key -> new ArrayList<>()).add(state);
    }
    return prints;
  }

  private static Map<Long, Set<String>> programNamesByMap(Capture capture) {
    Map<Long, Set<String>> names = new HashMap<>();
    for (BpfProgram program : capture.programs()) {
      for (Long map : program.mapIds()) {
        names.computeIfAbsent(map, key -> new TreeSet<>()).add(program.name());
      }
    }
    return names;
  }

  /// One map seen from both sides.
  record Pair(MapState before, MapState now, boolean replaced) {}

  private record Fingerprint(
      String name,
      long typeNumber,
      long keySize,
      long valueSize,
      Bytes btfDigest,
      Set<String> programs) {}
}
