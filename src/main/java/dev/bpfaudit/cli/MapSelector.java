package dev.bpfaudit.cli;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.KernelText;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Maps as the user names them: ids, pin paths, or names with `*`. None given means all.
final class MapSelector implements Predicate<BpfMap> {
  private static final Pattern ID = Pattern.compile("[0-9]{1,10}");

  private final List<One> wanted;

  private MapSelector(List<One> wanted) {
    this.wanted = wanted;
  }

  static MapSelector of(Collection<String> texts) {
    return new MapSelector(texts.stream().map(MapSelector::parse).toList());
  }

  private static One parse(String text) {
    if (ID.matcher(text).matches()) {
      long id = Long.parseLong(text);
      return new One(text, map -> map.id() == id);
    }
    if (text.startsWith("/") || text.startsWith("mnt:")) {
      return new One(text, map -> map.pins().contains(text) || printablePins(map).contains(text));
    }
    Pattern name =
        Pattern.compile(
            Arrays.stream(text.split("\\*", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*")),
            Pattern.DOTALL);
    return new One(text, map -> name.matcher(map.name()).matches());
  }

  /// As text output shows them.
  private static List<String> printablePins(BpfMap map) {
    return map.pins().stream().map(KernelText::printable).toList();
  }

  /// All maps of two snapshots.
  static List<BpfMap> mapsOf(Snapshot from, Snapshot to) {
    return Stream.of(from, to)
        .flatMap(snapshot -> snapshot.capture().maps().stream())
        .map(MapState::map)
        .toList();
  }

  @Override
  public boolean test(BpfMap map) {
    return wanted.isEmpty() || wanted.stream().anyMatch(one -> one.accepts().test(map));
  }

  /// What is known of a map whose name nobody could read: whether its id was given, or no map was.
  boolean testId(long id) {
    String text = Long.toString(id);
    return wanted.isEmpty() || wanted.stream().anyMatch(one -> one.text().equals(text));
  }

  /// Fails if one of the given names finds nothing among `maps`.
  ///
  /// @throws UsageException naming the nearest there are
  void requireMatches(Collection<BpfMap> maps) {
    for (One one : wanted) {
      if (maps.stream().noneMatch(one.accepts())) {
        List<String> known = new ArrayList<>();
        maps.forEach(map -> {
          known.add(map.name());
          known.add(Long.toString(map.id()));
          known.addAll(map.pins());
        });
        throw new UsageException(
            "no map '"
                + one.text()
                + "'"
                + Nearest.hint(one.text(), known)
                + ". Give an id, a pin path, or a name with *; list them: bpfaudit maps.");
      }
    }
  }

  private record One(String text, Predicate<BpfMap> accepts) {}
}
