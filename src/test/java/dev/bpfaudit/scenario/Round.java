package dev.bpfaudit.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.attribution.Attribution;
import dev.bpfaudit.attribution.Level;
import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.kernel.TracerRequest.Sizes;
import dev.bpfaudit.lab.KernelNeeds;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.Loss;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.TracerStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// All scenarios between two snapshots, with one tracer: installing one takes a minute where the
/// processor is emulated.
final class Round {
  private final Map<Scenario, Outcome> outcomes = new LinkedHashMap<>();
  private final Map<Scenario, Act> acts = new LinkedHashMap<>();
  private final HookKind kind;
  private final List<Scenario> scenarios;
  private boolean skipped;

  /// What was told of a scenario.
  sealed interface Outcome {}

  /// Somebody was named, or nobody; the level of the least sure of its changes.
  record Rated(Level level) implements Outcome {}

  /// Nothing was told, and it was said that not everything was watched.
  record Unseen() implements Outcome {}

  /// This kernel cannot act it.
  record NotActed() implements Outcome {}

  /// Something else was told than had happened, or it could not be acted.
  record Failed(Throwable cause) implements Outcome {}

  /// @param maps those that were made for it
  private record Act(Scenario.Play play, Set<Long> maps) {}

  /// What came of a round.
  ///
  /// @param outcomes none if this kernel refuses such hooks
  /// @param skipped whether the kernel says that it skipped a hook, so that less may be told than
  ///   the tracer can see
  record Played(Map<Scenario, Outcome> outcomes, boolean skipped) {
    public Played {
      outcomes = Collections.unmodifiableMap(new LinkedHashMap<>(outcomes));
    }
  }

  private Round(HookKind kind, List<Scenario> scenarios) {
    this.kind = kind;
    this.scenarios = List.copyOf(scenarios);
  }

  /// @param directory an empty one
  /// @param kind by what system calls are to be watched
  static Played play(Path directory, HookKind kind, List<Scenario> scenarios) throws Exception {
    Files.createDirectories(directory);
    Round round = new Round(kind, scenarios);
    try (Watch watch = new Watch(directory);
        Stage stage = new Stage(directory.resolve("bpffs"))) {
      round.prepare(stage);
      Set<HookKind> kinds = EnumSet.of(kind, HookKind.TRACEPOINT);
      TracerStatus status = watch.install(kinds, Sizes.USUAL);
      if (status.kind() != kind) {
        return new Played(Map.of(), false);
      }
      round.play(stage, watch);
    }
    return new Played(round.outcomes, round.skipped);
  }

  private void prepare(Stage stage) {
    for (Scenario scenario : scenarios) {
      Set<Long> before = new HashSet<>(stage.maps());
      attempt(
          scenario,
          () -> {
            if (!scenario.since().isEmpty()) {
              KernelNeeds.since(scenario.since(), scenario.name());
            }
            Scenario.Play play = scenario.preparation().prepare(stage);
            Set<Long> own = new HashSet<>(stage.maps());
            own.removeAll(before);
            acts.put(scenario, new Act(play, own));
          });
    }
  }

  private interface Step {
    void run() throws Exception;
  }

  private void attempt(Scenario scenario, Step step) {
    try {
      step.run();
    } catch (Exception | AssertionError e) {
      outcomes.put(scenario, new Failed(e));
      acts.remove(scenario);
    }
  }

  private void play(Stage stage, Watch watch) throws Exception {
    Set<Long> maps = Set.copyOf(stage.maps());
    SnapshotHeader before = watch.snapshot(maps);
    Map<Scenario, List<Told>> told = new LinkedHashMap<>();
    long[] ids = stage.maps().stream().mapToLong(Long::longValue).toArray();
    try (Actor _ = Writer.decoys(ids)) {
      for (Scenario scenario : List.copyOf(acts.keySet())) {
        attempt(scenario, () -> told.put(scenario, acts.get(scenario).play().act()));
      }
    }
    stage.dismiss();
    SnapshotHeader after = watch.snapshot(maps);
    Observation seen = watch.seen(after);
    seen.losses()
        .forEach(loss -> System.out.println(kind.label + ": " + loss.what() + ": " + loss.count()));
    skipped = seen.losses().stream().anyMatch(loss -> loss.scope() instanceof Loss.Types);
    SnapshotDiff diff = watch.diff(before, after);
    Attribution attribution = watch.attribute(diff);
    assertThat(attribution.alarms()).isEmpty();
    told.forEach((scenario, changes) ->
        attempt(
            scenario,
            () -> {
              Set<Long> own = acts.get(scenario).maps();
              Verdict verdict = new Verdict(attribution, own, changes, seen);
              Optional<Level> level = verdict.level();
              Outcome none = changes.isEmpty() ? new NotActed() : new Unseen();
              outcomes.put(scenario, level.<Outcome>map(Rated::new).orElse(none));
            }));
  }
}
