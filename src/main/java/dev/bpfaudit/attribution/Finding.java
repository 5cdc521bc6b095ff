package dev.bpfaudit.attribution;

import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Operation;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// What was seen that may have made one change.
///
/// @param level the best of what was seen, else why nothing was
/// @param candidates who could have, if nobody was seen
record Finding(Level level, List<Rated> seen, List<Writer> candidates) {
  private static final Comparator<Writer> LAST_FIRST =
      Comparator.comparingLong(Writer::lastNanos)
          .thenComparingLong(Writer::firstNanos)
          .reversed()
          .thenComparing(Writer::confidence)
          .thenComparing(Writer::operation)
          .thenComparing(writer -> writer.author().toString());

  /// @param confidence that this write made the change
  record Rated(SeenWrite seen, Level confidence) {}

  Finding {
    seen = List.copyOf(seen);
    candidates = List.copyOf(candidates);
  }

  /// @param nobody the level if nothing was seen
  static Finding of(List<Rated> seen, Level nobody) {
    Level best = seen.stream().map(Rated::confidence).reduce(Level::orSurer).orElse(nobody);
    return new Finding(best, seen, List.of());
  }

  /// Nobody was seen.
  ///
  /// @param nobody the level if nobody could have, as far as is known
  static Finding unseen(List<Writer> candidates, Level nobody) {
    return new Finding(candidates.isEmpty() ? nobody : Level.CANDIDATE, List.of(), candidates);
  }

  /// The same level, with more that belongs to it.
  Finding and(List<Rated> more) {
    return new Finding(level, Stream.concat(seen.stream(), more.stream()).toList(), candidates);
  }

  /// What several drains tell of the same author, operation and key becomes one writer, as sure as
  /// the surest of them.
  Attributed attributed() {
    Map<Hand, Writer> writers = new LinkedHashMap<>();
    for (Rated rated : seen) {
      SeenWrite one = rated.seen();
      writers.merge(
          Hand.of(one, one.keyIsKnown()),
          writer(rated),
          (a, b) -> joined(a, b, a.confidence().orSurer(b.confidence())));
    }
    return new Attributed(level, candidates.isEmpty() ? sorted(writers) : candidates);
  }

  /// Who did the same with the same confidence, whenever and how often.
  Set<Object> hands() {
    Set<Object> hands = new HashSet<>();
    for (Rated rated : seen) {
      SeenWrite one = rated.seen();
      hands.add(Map.entry(Hand.of(one, one.keyIsKnown()), rated.confidence()));
    }
    return hands;
  }

  /// The writers of several changes, each as sure as it is of the least sure of its changes.
  static List<Writer> union(Map<SeenWrite, Level> seen) {
    Map<Hand, Writer> writers = new LinkedHashMap<>();
    seen.forEach((one, confidence) ->
        writers.merge(
            Hand.of(one, true),
            writer(new Rated(one, confidence)),
            (a, b) -> joined(a, b, a.confidence().orWeaker(b.confidence()))));
    return sorted(writers);
  }

  private static List<Writer> sorted(Map<Hand, Writer> writers) {
    return writers.values().stream().sorted(LAST_FIRST).toList();
  }

  private static Writer writer(Rated rated) {
    var write = rated.seen().write();
    return new Writer(
        write.operation(),
        write.batch(),
        write.author(),
        rated.confidence(),
        write.count(),
        write.firstNanos(),
        write.lastNanos(),
        rated.seen().clock(),
        Means.SEEN);
  }

  private static Writer joined(Writer a, Writer b, Level confidence) {
    Writer last = b.lastNanos() > a.lastNanos() ? b : a;
    return new Writer(
        last.operation(),
        last.batch(),
        last.author(),
        confidence,
        a.count() + b.count(),
        Math.min(a.firstNanos(), b.firstNanos()),
        last.lastNanos(),
        last.clock(),
        Means.SEEN);
  }

  /// By what two records are of the same hand.
  private record Hand(Author who, Operation operation, boolean batch, boolean keyIsKnown) {
    static Hand of(SeenWrite seen, boolean keyIsKnown) {
      return new Hand(seen.who(), seen.write().operation(), seen.write().batch(), keyIsKnown);
    }
  }
}
