package dev.bpfaudit.attribution;

import dev.bpfaudit.attribution.Finding.Rated;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Several changes told as one, so that who reads no further is never told more than is so.
final class Union {
  private final Map<SeenWrite, Level> seen = new LinkedHashMap<>();
  private Optional<Level> weakest = Optional.empty();
  private Optional<Alike> first = Optional.empty();
  private boolean alike = true;

  private record Alike(Level level, Set<Object> hands) {}

  void add(Finding finding) {
    weakest = Optional.of(weakest.map(finding.level()::orWeaker).orElse(finding.level()));
    for (Rated rated : finding.seen()) {
      seen.merge(rated.seen(), rated.confidence(), Level::orWeaker);
    }
    if (alike) {
      Alike one = new Alike(finding.level(), finding.hands());
      alike = first.orElse(one).equals(one);
      first = Optional.of(one);
    }
  }

  void add(Union other) {
    other.weakest.ifPresent(level -> {
      weakest = Optional.of(weakest.map(level::orWeaker).orElse(level));
    });
    other.seen.forEach((one, confidence) -> seen.merge(one, confidence, Level::orWeaker));
  }

  /// Whether the same hands made every change, and as surely, or nobody did.
  boolean alike() {
    return alike;
  }

  Attributed attributed() {
    return new Attributed(weakest.orElse(Level.UNOBSERVED), Finding.union(seen));
  }
}
