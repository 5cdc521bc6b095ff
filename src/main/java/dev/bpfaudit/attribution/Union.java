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
  private Optional<Set<Object>> hands = Optional.empty();
  private boolean oneHand = true;

  void add(Finding finding) {
    weakest = Optional.of(weakest.map(finding.level()::orWeaker).orElse(finding.level()));
    for (Rated rated : finding.seen()) {
      seen.merge(rated.seen(), rated.confidence(), Level::orWeaker);
    }
    if (oneHand) {
      Set<Object> these = finding.hands();
      oneHand = !these.isEmpty() && hands.orElse(these).equals(these);
      hands = Optional.of(these);
    }
  }

  void add(Union other) {
    other.weakest.ifPresent(level -> {
      weakest = Optional.of(weakest.map(level::orWeaker).orElse(level));
    });
    other.seen.forEach((one, confidence) -> seen.merge(one, confidence, Level::orWeaker));
  }

  /// Whether the same hands made every change, and as surely.
  boolean oneHand() {
    return oneHand && hands.isPresent();
  }

  Attributed attributed() {
    return new Attributed(weakest.orElse(Level.UNOBSERVED), Finding.union(seen));
  }
}
