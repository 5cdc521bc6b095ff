package dev.bpfaudit.attribution;

import dev.bpfaudit.attribution.Attribution.KernelObject;
import dev.bpfaudit.attribution.Finding.Rated;
import dev.bpfaudit.diff.AttributeChange;
import dev.bpfaudit.diff.AttributeValue;
import dev.bpfaudit.diff.EntryChange;
import dev.bpfaudit.diff.EntryChanges;
import dev.bpfaudit.diff.MapChange;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.Operation;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Who made the changes of one map.
public final class MapAttribution {
  private static final AttributeValue FROZEN = new AttributeValue.Flag(true);

  private final Sides sides;
  private final Timeline timeline;
  private final Function<KernelObject, List<SeenWrite>> sightings;
  private final BpfMap map;
  private final boolean replaced;

  /// From when on the map may have been created, or its earlier reading began.
  private final Span span;

  private final MapEvidence evidence;
  private final Union itself = new Union();
  private final Union whole = new Union();
  private final Union entries = new Union();
  private final TransientEntries passing;

  MapAttribution(
      MapChange change,
      Sides sides,
      Timeline timeline,
      Function<KernelObject, List<SeenWrite>> sightings,
      Between between) {
    this.sides = sides;
    this.timeline = timeline;
    this.sightings = sightings;
    Pair pair = Pair.of(change, sides.reversed());
    this.map = pair.here().map();
    this.replaced = pair.replaced();
    String boot = pair.gone() ? sides.bootBefore() : sides.bootNow();
    List<SeenWrite> writes = sightings.apply(KernelObject.of(pair.here(), boot));
    this.span = span(pair, writes);
    this.evidence = new MapEvidence(map, boot, writes, span, replaced, timeline);
    about(pair);
    whole.add(itself);
    pair.attributes().forEach(attribute -> whole.add(finding(attribute)));
    about(pair.entries());
    whole.add(entries);
    this.passing = passing(pair, between);
    whole.add(passing.who());
  }

  private TransientEntries passing(Pair pair, Between between) {
    boolean nothing = evidence.keys().isEmpty() && !between.anyOf(pair.here());
    if (nothing || pair.gone() || !pair.comparable()) {
      return TransientEntries.NONE;
    }
    @Nullable MapState earlier = pair.came() ? null : pair.other();
    boolean other = pair.came() || pair.replaced();
    long settled = other ? span.beganNanos() : pair.other().window().endedNanos();
    Span until = new Span(span.beganNanos(), pair.here().window().beganNanos());
    return Transients.of(evidence, between, earlier, pair.here(), pair.entries(), until, settled)
        .map(found -> found.all(sides.reversed()))
        .orElse(TransientEntries.NONE);
  }

  /// The map on both sides, told forward in time.
  ///
  /// @param here the later state, or the only one
  /// @param other the other side of a pair, else `here`
  private record Pair(
      MapState here,
      MapState other,
      boolean came,
      boolean gone,
      boolean replaced,
      boolean comparable,
      List<AttributeChange> attributes,
      EntryChanges entries) {

    static Pair of(MapChange change, boolean reversed) {
      return switch (change) {
        case MapChange.Added(MapState now, boolean _) -> alone(now, !reversed);
        case MapChange.Removed(MapState before, boolean _) -> alone(before, reversed);
        case MapChange.Compared both ->
            new Pair(
                reversed ? both.before() : both.now(),
                reversed ? both.now() : both.before(),
                false,
                false,
                both.replaced(),
                true,
                both.attributes(),
                both.entries());
        case MapChange.NotComparable both ->
            new Pair(
                reversed ? both.before() : both.now(),
                reversed ? both.now() : both.before(),
                false,
                false,
                both.replaced(),
                false,
                both.attributes(),
                EntryChanges.none());
      };
    }

    private static Pair alone(MapState state, boolean came) {
      return new Pair(state, state, came, !came, false, true, List.of(), EntryChanges.none());
    }
  }

  private Span span(Pair pair, List<SeenWrite> writes) {
    long ended =
        pair.gone() ? sides.later().header().boottimeNanos() : pair.here().window().endedNanos();
    if (!pair.came() && !pair.replaced()) {
      return new Span(pair.other().window().beganNanos(), ended);
    }
    long notBefore = sides.sameBoot() ? sides.earlier().header().boottimeNanos() : 0;
    long created =
        writes.stream()
            .map(SeenWrite::write)
            .filter(write -> write.operation() == Operation.CREATE)
            .mapToLong(write -> write.firstNanos())
            .min()
            .orElse(notBefore);
    return new Span(created, ended);
  }

  /// What happened to the map itself.
  private void about(Pair pair) {
    if (pair.came()) {
      itself.add(byOperation(Operation.CREATE, Level.CONFIRMED));
    } else if (pair.gone()) {
      // who lets the last reference go need not be who wanted the map gone
      itself.add(byOperation(Operation.RELEASE, Level.PROBABLE));
    } else if (pair.replaced()) {
      itself.add(byOperation(Operation.CREATE, Level.CONFIRMED).and(released(pair.other())));
    }
    if (!pair.comparable()) {
      itself.add(Finding.of(evidence.anyEntry(), Level.UNOBSERVED));
    }
  }

  private List<Rated> released(MapState old) {
    return sightings.apply(KernelObject.of(old, sides.bootBefore())).stream()
        .filter(seen -> seen.write().operation() == Operation.RELEASE)
        .map(seen -> new Rated(seen, Level.PROBABLE))
        .toList();
  }

  private Finding byOperation(Operation operation, Level sure) {
    return Finding.of(evidence.rated(operation, sure), nobody(operation));
  }

  /// A map also goes with a pin or a program, which the kernel lets go of in nobody's name.
  private Level nobody(Operation operation) {
    return operation != Operation.RELEASE
            && timeline.watched(map, sides.bootNow(), span, operation::equals)
        ? Level.UNEXPLAINED
        : Level.UNOBSERVED;
  }

  private Finding finding(AttributeChange change) {
    AttributeChange forward = sides.forward(change);
    if (forward.field().equals("frozen") && forward.now().equals(FROZEN)) {
      List<Rated> seen = evidence.ratedWithin(Operation.FREEZE, Level.CONFIRMED);
      return Finding.of(seen, nobody(Operation.FREEZE));
    }
    // what is given at creation differs because another map was created
    return replaced && !forward.field().equals("pins")
        ? byOperation(Operation.CREATE, Level.CONFIRMED)
        : Finding.of(List.of(), Level.UNOBSERVED);
  }

  private void about(EntryChanges changes) {
    if (changes.isEmpty()) {
      return;
    }
    if (evidence.tellsNothing()) {
      entries.add(Finding.of(List.of(), Level.UNOBSERVED));
      return;
    }
    for (EntryChange change : changes) {
      entries.add(evidence.entry(sides.forward(change)));
    }
  }

  /// The map as a whole: as weak as the weakest of what differs in it.
  public Attributed map() {
    return whole.attributed();
  }

  /// What happened to the map besides its entries and attributes: that it came, went, took the
  /// place of another, or was written in a way that cannot be compared. Nobody, if nothing of this
  /// did.
  public Attributed itself() {
    return itself.attributed();
  }

  /// All its changed entries together, likewise.
  public Attributed entries() {
    return entries.attributed();
  }

  /// Whether the same hands made all changes of entries, and as surely, or all have none.
  public boolean entriesAlike() {
    return entries.alike();
  }

  /// Entries that are as they were and were something else in between, ascending by key.
  public List<Transient> transients() {
    return passing.all();
  }

  /// All of these together.
  public Attributed transientsTogether() {
    return passing.who().attributed();
  }

  /// Whether the same hands made them all, and as surely.
  public boolean transientsAlike() {
    return passing.who().alike();
  }

  /// How many writes of entries there were of which it cannot be told whether what they wrote was
  /// put back: whose key was not kept, or whose value cannot be compared.
  public long untold() {
    return passing.untold();
  }

  public Attributed attribute(AttributeChange change) {
    return finding(change).attributed();
  }

  public Attributed entry(EntryChange change) {
    return evidence.entry(sides.forward(change)).attributed();
  }
}
