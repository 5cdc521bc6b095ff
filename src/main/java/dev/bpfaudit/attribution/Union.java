package dev.bpfaudit.attribution;

import dev.bpfaudit.attribution.Finding.Rated;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Several changes told as one, so that who reads no further is never told more than is so.
final class Union {
  private final Map<SeenWrite, Level> seen = new LinkedHashMap<>();
  private final Set<Writer> candidates = new LinkedHashSet<>();
  private List<Writer> added = List.of();
  private Optional<Level> weakest = Optional.empty();
  private Optional<Alike> first = Optional.empty();
  private boolean alike = true;

  private record Alike(Level level, Set<Object> hands, List<Writer> candidates) {}

  void add(Finding finding) {
    weakest = Optional.of(weakest.map(finding.level()::orWeaker).orElse(finding.level()));
    for (Rated rated : finding.seen()) {
      seen.merge(rated.seen(), rated.confidence(), Level::orWeaker);
    }
    add(finding.candidates());
    if (alike) {
      Alike one = new Alike(finding.level(), finding.hands(), finding.candidates());
      alike = first.orElse(one).equals(one);
      first = Optional.of(one);
    }
  }

  /// Mostly they are those of the change before.
  private void add(List<Writer> more) {
    if (!more.equals(added)) {
      candidates.addAll(more);
      added = more;
    }
  }

  void add(Union other) {
    other.weakest.ifPresent(level -> {
      weakest = Optional.of(weakest.map(level::orWeaker).orElse(level));
    });
    other.seen.forEach((one, confidence) -> seen.merge(one, confidence, Level::orWeaker));
    candidates.addAll(other.candidates);
  }

  /// Whether the same hands made every change, and as surely, or nobody did.
  boolean alike() {
    return alike;
  }

  Attributed attributed() {
    List<Writer> all = new ArrayList<>(Finding.union(seen));
    all.addAll(candidates);
    return new Attributed(weakest.orElse(Level.UNOBSERVED), all);
  }
}
