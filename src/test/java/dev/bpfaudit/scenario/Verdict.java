package dev.bpfaudit.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.attribution.Attributed;
import dev.bpfaudit.attribution.Attribution;
import dev.bpfaudit.attribution.Level;
import dev.bpfaudit.attribution.MapAttribution;
import dev.bpfaudit.attribution.Means;
import dev.bpfaudit.attribution.Transient;
import dev.bpfaudit.attribution.Writer;
import dev.bpfaudit.diff.AttributeChange;
import dev.bpfaudit.diff.EntryChange;
import dev.bpfaudit.diff.MapChange;
import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.Loss;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.Operation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Compares what is told of the maps of one scenario with what happened to them.
final class Verdict {
  private final Attribution attribution;
  private final Set<Long> maps;
  private final List<Told> told;
  private final HookKind kind;
  private final List<Loss> losses;
  private Optional<Level> weakest = Optional.empty();

  /// @param maps those of the scenario
  /// @param seen from the first snapshot to the second
  Verdict(Attribution attribution, Set<Long> maps, List<Told> told, Observation seen) {
    this.attribution = attribution;
    this.maps = Set.copyOf(maps);
    this.told = List.copyOf(told);
    this.kind = seen.kind();
    this.losses = seen.losses();
  }

  /// The level of the least sure change; none if nothing was done.
  ///
  /// @throws Missed if somebody is not named who did something, or for less than he did
  /// @throws AssertionError if somebody is named who did not do it
  Optional<Level> level() {
    Set<Told> found = new HashSet<>();
    for (MapChange change : attribution.changes()) {
      if (maps.contains(change.map().id()) && change instanceof MapChange.Compared both) {
        MapAttribution who = attribution.of(change);
        for (AttributeChange attribute : both.attributes()) {
          assertThat(attribute.field()).isEqualTo("frozen");
          Told one = told(change, new Told.Frozen());
          found.add(one);
          suspects(one, who.attribute(attribute));
        }
        for (EntryChange entry : both.entries()) {
          Told.Entry what = new Told.Entry(entry.key());
          Optional<Told> one = find(change, what);
          one.ifPresent(found::add);
          if (one.isPresent()) {
            suspects(one.get(), who.entry(entry));
          } else {
            decoys(both, entry, who.entry(entry));
          }
        }
        for (Transient passing : who.transients()) {
          Told one = told(change, new Told.Passing(passing.key(), passing.last()));
          found.add(one);
          suspects(one, passing.who());
        }
      } else if (maps.contains(change.map().id())) {
        throw new AssertionError("not compared: " + change);
      }
    }
    if (found.isEmpty() && mayBeUnseen()) {
      return Optional.empty();
    }
    assertThat(told).as("changes that were made").containsAll(found);
    if (found.size() < told.size()) {
      throw new Missed("of " + told + " is told only " + found);
    }
    return weakest;
  }

  /// What a program put back is seen by nobody where writes of programs are not watched.
  private boolean mayBeUnseen() {
    return !attribution.coverage().complete()
        && kind != HookKind.FENTRY
        && told.stream().allMatch(one -> one.what() instanceof Told.Passing)
        && told.stream().flatMap(one -> one.hands().stream()).allMatch(Told.Hand::byProgram);
  }

  private Optional<Told> find(MapChange change, Told.What what) {
    return told.stream()
        .filter(one -> one.map() == change.map().id() && one.what().equals(what))
        .findFirst();
  }

  private Told told(MapChange change, Told.What what) {
    return find(change, what).orElseThrow(() -> new AssertionError("nobody did: " + change));
  }

  private void suspects(Told one, Attributed who) {
    weakest = Optional.of(weaker(weakest.orElse(who.level()), who.level()));
    if (who.writers().isEmpty()) {
      assertThat(who.level()).as("nobody is named").isIn(Level.UNOBSERVED, Level.UNEXPLAINED);
      return;
    }
    List<Writer> writers = who.writers().stream().filter(this::countsWithoutLosses).toList();
    if (writers.size() < one.hands().size()) {
      writers.forEach(writer -> assertThat(one.hands()).anySatisfy(hand -> mustBe(hand, writer)));
      throw new Missed("of " + one + " is told only " + writers);
    }
    assertThat(writers).as("writers of %s", one.what()).hasSameSizeAs(one.hands());
    List<Level> confidences = new ArrayList<>();
    for (int i = 0; i < one.hands().size(); i++) {
      Told.Hand hand = one.hands().get(i);
      Writer writer = writers.get(i);
      confidences.add(writer.confidence());
      mustBe(hand, writer);
      if (isUnseen(writer)) {
        continue;
      }
      long count = writer.batch() ? hand.together() : hand.count();
      if (writer.count() < count) {
        throw new Missed("of " + count + " writes is told only " + writer);
      }
      assertThat(writer.count()).as("count of %s", writer).isEqualTo(count);
    }
    assertThat(confidences).contains(who.level());
  }

  private static void mustBe(Told.Hand hand, Writer writer) {
    if (isUnseen(writer)) {
      ((Suspect.Program) hand.who()).unseen().mustBe(writer.author());
      return;
    }
    hand.who().mustBe(writer.author());
    assertThat(writer.operation()).isEqualTo(hand.operation());
    assertThat(writer.lastNanos()).isGreaterThanOrEqualTo(writer.firstNanos());
  }

  /// Who writes by a function of the kernel, where no hook shows that.
  private static boolean isUnseen(Writer writer) {
    return writer.means() == Means.HELPER;
  }

  private static Level weaker(Level a, Level b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  /// An entry that the scenario did not touch is its decoy's, and the suspect may be named only
  /// where the keys it wrote are not known.
  private void decoys(MapChange.Compared change, EntryChange entry, Attributed who) {
    String decoy = "decoy" + Decoys.number(change.map(), entry.key());
    List<Writer> of = who.writers().stream().filter(writer -> isBy(writer, decoy)).toList();
    if (of.isEmpty() && skipped(change.map().type())) {
      throw new Missed("the decoy of " + entry.key() + " is not among " + who);
    }
    assertThat(of).as("the decoy of %s in %s", entry.key(), who).hasSize(1);
    assertThat(of.getFirst().operation()).isEqualTo(Operation.UPDATE);
    if (!skipped(change.map().type())) {
      assertThat(who.level()).as("%s in spite of %s", who, losses).isEqualTo(Level.CONFIRMED);
    }
    assertThat(of.getFirst().confidence()).isEqualTo(who.level());
    for (Writer other : who.writers()) {
      if (!of.contains(other)) {
        assertThat(other.confidence()).as("%s", other).isEqualTo(Level.PROBABLE);
        assertThat(mayBeAnyKey(change, other)).as("%s", other).isTrue();
        assertThat(isDecoy(other)).as("%s", other).isFalse();
      }
    }
  }

  /// Where the kernel skipped a hook, whoever holds the map open for writing is a candidate too.
  private boolean countsWithoutLosses(Writer writer) {
    return writer.means() != Means.DESCRIPTOR
        || losses.stream().allMatch(loss -> loss.scope() instanceof Loss.AuthorsOnly);
  }

  /// Whether the kernel says that it skipped a hook of such maps, which is what it does while a
  /// task that was interrupted in it sleeps on the same processor.
  private boolean skipped(MapType type) {
    return losses.stream()
        .anyMatch(loss -> loss.scope() instanceof Loss.Types(var types) && types.contains(type));
  }

  private boolean mayBeAnyKey(MapChange change, Writer writer) {
    return switch (writer.author()) {
      case Author.Caller _ -> writer.batch();
      case Author.Program _, Author.UnknownProgram _ -> change.map().maxEntries() > 4096;
      case Author.Unknown _ -> kind == HookKind.TRACEPOINT;
    };
  }

  private static boolean isBy(Writer writer, String comm) {
    return writer.author() instanceof Author.Caller(var process) && process.comm().equals(comm);
  }

  private static boolean isDecoy(Writer writer) {
    return writer.author() instanceof Author.Caller(var process)
        && process.comm().startsWith("decoy");
  }
}
