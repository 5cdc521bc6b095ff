package dev.bpfaudit.attribution;

import static dev.bpfaudit.attribution.Scene.ALL;
import static dev.bpfaudit.attribution.Scene.EPOCH;
import static dev.bpfaudit.attribution.Scene.header;
import static dev.bpfaudit.attribution.Scene.observation;
import static dev.bpfaudit.attribution.Scene.path;
import static dev.bpfaudit.attribution.Scene.watched;
import static dev.bpfaudit.attribution.Writes.update;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.Lapse;
import dev.bpfaudit.model.Loss;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.Surroundings;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.model.WritePath;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What was watched, and what a hole in it does to the levels.
class CoverageTest {
  private static Gap gap(long from, long to, String path, String why) {
    return new Gap(EPOCH.plusNanos(from), EPOCH.plusNanos(to), path, why);
  }

  private static Scene paths(WritePath... paths) {
    return new Scene()
        .and(1, observation(1, 1, List.of(paths), List.of()))
        .and(2, observation(2, 2, List.of(paths), List.of()));
  }

  private static Scene lost(Loss loss) {
    return new Scene().drained(1, 1).and(2, observation(2, 2, List.of(ALL), List.of(loss)));
  }

  private static void assertUnobserved(Scene scene) {
    assertThat(scene.hash("", "01 0a").level()).isEqualTo(Level.UNOBSERVED);
  }

  private static void assertUnexplained(Scene scene) {
    assertThat(scene.hash("", "01 0a").level()).isEqualTo(Level.UNEXPLAINED);
  }

  @Test
  void watchedAllTheTimeIsComplete() {
    Coverage coverage = watched().coverage();
    assertThat(coverage.complete()).isTrue();
    assertThat(coverage.tracer()).isEqualTo(HookKind.FENTRY);
    assertUnexplained(watched());
  }

  @Test
  void withoutATracerEverythingIsAGap() {
    String why = "no tracer was installed";
    Scene scene = new Scene().unwatched(1, why).unwatched(2, why).unwatched(3, why).numbers(1, 3);
    assertThat(scene.coverage().tracer()).isNull();
    assertThat(scene.coverage().complete()).isFalse();
    assertThat(scene.coverage().gaps()).containsExactly(gap(1_000, 3_000, "all", why));
    assertUnobserved(scene);
  }

  @Test
  void whereNothingIsKnownNothingIsComplete() {
    assertThat(new Scene().coverage().complete()).isFalse();
    assertUnobserved(new Scene());
  }

  @Test
  void aTracerThatCameLaterLeavesAGapBeforeIt() {
    Observation second =
        new Observation(
            Scene.INSTALLATION,
            1,
            HookKind.KPROBE,
            42,
            1_600,
            2_300,
            List.of(ALL),
            List.of(),
            List.of(),
            List.of(update("01", "0a", 1_700)));
    Scene scene = new Scene().unwatched(1, "none").and(2, second);
    assertThat(scene.coverage().gaps()).containsExactly(gap(1_000, 1_600, "all", "none"));
    assertThat(scene.hash("", "01 0a").level()).isEqualTo(Level.CONFIRMED);
    assertThat(scene.hash("", "02 0a").level()).isEqualTo(Level.UNOBSERVED);
  }

  @Test
  void aTracerThatWasRemovedLeavesAGapBehindIt() {
    Scene scene = new Scene().drained(1, 1).drained(2, 2).unwatched(3, "gone").numbers(1, 3);
    assertThat(scene.coverage().gaps()).containsExactly(gap(2_300, 3_000, "all", "gone"));
    assertUnobserved(scene);
  }

  @Test
  void aFailedDrainIsNoGapIfTheNextOneHasItAll() {
    Observation both =
        new Observation(
            Scene.INSTALLATION,
            2,
            HookKind.FENTRY,
            42,
            1_300,
            3_300,
            List.of(ALL),
            List.of(),
            List.of(),
            List.of());
    Scene scene = new Scene().drained(1, 1).unwatched(2, "busy").and(3, both).numbers(1, 3);
    assertThat(scene.coverage().complete()).isTrue();
    assertUnexplained(scene);
  }

  @Test
  void anotherInstallationIsAGap() {
    Observation other =
        new Observation(
            Bytes.fromHex("ff"),
            1,
            HookKind.FENTRY,
            43,
            1_300,
            2_300,
            List.of(ALL),
            List.of(),
            List.of(),
            List.of());
    Scene scene = new Scene().drained(1, 1).and(2, other);
    assertThat(scene.coverage().gaps())
        .containsExactly(gap(1_300, 1_300, "all", "the tracer was removed and installed anew"));
    assertUnobserved(scene);
  }

  @Test
  void aMissingDrainIsAGap() {
    Scene scene = new Scene().drained(1, 1).drained(3, 3).numbers(1, 3);
    assertThat(scene.coverage().gaps())
        .containsExactly(gap(1_300, 2_300, "all", "a drain of the tracer is missing"));
    assertUnobserved(scene);
  }

  @Test
  void aBootIsAGapUntilTheTracerIsBack() {
    Observation after = observation(2, 1, List.of(ALL), List.of(), update("01", "0a", 1_500));
    Interval first =
        new Interval(
            header("old", 1),
            new Tracing.Traced(observation(1, 1, List.of(ALL), List.of())),
            Surroundings.NONE);
    Interval second = new Interval(header("new", 2), new Tracing.Traced(after), Surroundings.NONE);
    Scene scene = Scene.of(first, second).boots("old", "new");
    assertThat(scene.coverage().gaps())
        .containsExactly(gap(1_300, 1_300, "all", "the host was booted in between"));
    assertThat(scene.hash("", "02 0a").level()).isEqualTo(Level.UNOBSERVED);
    assertThat(scene.hash("", "01 0a").level()).isEqualTo(Level.CONFIRMED);
  }

  @Test
  void writesOfAnotherBootAreOtherMaps() {
    Observation before = observation(1, 1, List.of(ALL), List.of(), update("01", "0a", 1_250));
    Interval first = new Interval(header("old", 1), new Tracing.Traced(before), Surroundings.NONE);
    Interval second =
        new Interval(header("new", 2), new Tracing.NotTraced("not yet"), Surroundings.NONE);
    Scene scene = Scene.of(first, second).boots("old", "new");
    assertThat(scene.hash("", "01 0a").entry())
        .isEqualTo(new Attributed(Level.UNOBSERVED, List.of()));
  }

  @Test
  void aBlindPathConcernsItsTypesOnly() {
    WritePath blind = path("trie", Set.of(MapType.LPM_TRIE), new WritePath.Blind("EBUSY"));
    assertUnexplained(paths(ALL, blind));
    WritePath hashes = path("hash", Set.of(MapType.HASH), new WritePath.Blind("EBUSY"));
    assertUnobserved(paths(ALL, hashes));
    assertThat(paths(ALL, hashes).coverage())
        .satisfies(coverage -> assertThat(coverage.complete()).isFalse())
        .satisfies(coverage -> assertThat(coverage.gaps()).isEmpty())
        .satisfies(coverage ->
            assertThat(coverage.blind()).containsExactly(new Coverage.BlindPath("hash", "EBUSY")));
  }

  @Test
  void aTypeThatNoPathServesIsUnobserved() {
    assertUnobserved(paths(path("array", Set.of(MapType.ARRAY), new WritePath.Watched(0))));
  }

  @Test
  void aPathThatWasInterruptedIsAGapFromTheDrainBefore() {
    WritePath since = path("hash", Set.of(MapType.HASH), new WritePath.Watched(1_400));
    Scene scene =
        new Scene().drained(1, 1).and(2, observation(2, 2, List.of(ALL, since), List.of()));
    assertThat(scene.coverage().gaps())
        .containsExactly(gap(1_300, 1_400, "hash", "watched only since then"));
    assertUnobserved(scene);
    WritePath inTime = path("hash", Set.of(MapType.HASH), new WritePath.Watched(1_100));
    assertUnexplained(paths(inTime));
    assertUnobserved(paths(path("hash", Set.of(MapType.HASH), new WritePath.Watched(1_101))));
  }

  private static Scene lapsed(Lapse... lapses) {
    Observation second = observation(2, 2, List.of(ALL), List.of());
    return new Scene()
        .drained(1, 1)
        .and(
            2,
            new Observation(
                second.installation(),
                second.generation(),
                second.kind(),
                second.seed(),
                second.beganNanos(),
                second.endedNanos(),
                second.paths(),
                second.losses(),
                List.of(lapses),
                second.writes()));
  }

  private static Lapse lapse(long from, long to, String path, MapType type, Operation operation) {
    return new Lapse(from, to, path, Set.of(type), Set.of(operation), "switched off");
  }

  @Test
  void aLapseConcernsItsTimeAndItsTypesAndOperations() {
    assertUnobserved(lapsed(lapse(1_500, 1_600, "hash", MapType.HASH, Operation.UPDATE)));
    assertUnobserved(lapsed(lapse(2_200, 2_300, "hash", MapType.HASH, Operation.UPDATE)));
    assertUnexplained(lapsed(lapse(2_201, 2_300, "hash", MapType.HASH, Operation.UPDATE)));
    assertUnexplained(lapsed(lapse(1_500, 1_600, "array", MapType.ARRAY, Operation.UPDATE)));
    assertUnexplained(lapsed(lapse(1_500, 1_600, "hash", MapType.HASH, Operation.FREEZE)));
  }

  @Test
  void lapsesOfOneTimeAndReasonAreOneGap() {
    Coverage coverage =
        lapsed(
                lapse(1_500, 1_600, "a", MapType.HASH, Operation.UPDATE),
                lapse(1_500, 1_600, "b", MapType.ARRAY, Operation.UPDATE),
                lapse(1_500, 1_700, "c", MapType.ARRAY, Operation.DELETE),
                lapse(1_500, 1_600, "d", MapType.ARRAY, Operation.PUSH),
                lapse(1_500, 1_600, "e", MapType.ARRAY, Operation.POP))
            .coverage();
    assertThat(coverage.gaps())
        .containsExactly(
            gap(1_500, 1_600, "a, b, d and 1 more", "switched off"),
            gap(1_500, 1_700, "c", "switched off"));
    assertThat(coverage.complete()).isFalse();
  }

  @Test
  void aLossConcernsTheMapsItNames() {
    assertUnobserved(lost(new Loss("full", 3, new Loss.AllMaps())));
    assertUnobserved(lost(new Loss("full", 3, new Loss.OneMap(7))));
    assertUnobserved(lost(new Loss("full", 3, new Loss.Types(Set.of(MapType.HASH)))));
    assertUnexplained(lost(new Loss("full", 3, new Loss.OneMap(8))));
    assertUnexplained(lost(new Loss("full", 3, new Loss.Types(Set.of(MapType.ARRAY)))));
    assertUnexplained(lost(new Loss("full", 3, new Loss.AuthorsOnly())));
  }

  @Test
  void lossesAreGapsAndAreCounted() {
    Coverage coverage = lost(new Loss("table full", 3, new Loss.OneMap(8))).coverage();
    assertThat(coverage.lost()).isEqualTo(3);
    assertThat(coverage.gaps())
        .containsExactly(gap(1_300, 2_300, "map 8", "3 writes lost: table full"));
    assertThat(lost(new Loss("who", 3, new Loss.AuthorsOnly())).coverage().complete()).isTrue();
  }
}
