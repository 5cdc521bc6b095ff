package dev.bpfaudit.scenario;

import dev.bpfaudit.attribution.Attribution;
import dev.bpfaudit.attribution.Interval;
import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.kernel.CaptureRequest;
import dev.bpfaudit.kernel.Kernel;
import dev.bpfaudit.kernel.LiveKernel;
import dev.bpfaudit.kernel.Progress;
import dev.bpfaudit.kernel.Tracer;
import dev.bpfaudit.kernel.TracerRequest;
import dev.bpfaudit.kernel.TracerRequest.Sizes;
import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Announced;
import dev.bpfaudit.model.Announcement;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Surroundings;
import dev.bpfaudit.model.TableSink;
import dev.bpfaudit.model.TracerStatus;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.store.Announcements;
import dev.bpfaudit.store.Recording;
import dev.bpfaudit.store.Store;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// The tracer of this host and a store for what it sees; closing removes the tracer.
final class Watch implements AutoCloseable {
  /// A host has room for one tracer, and another test may have it.
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Kernel kernel = new LiveKernel(Clock.systemUTC());
  private final Store store;
  private boolean installed;

  Watch(Path directory) {
    store = Store.open(directory.resolve("store"), _ -> {});
  }

  Kernel kernel() {
    return kernel;
  }

  Tracer tracer() {
    return kernel.tracer();
  }

  Path directory() {
    return store.directory();
  }

  TracerStatus install(Set<HookKind> kinds, Sizes sizes) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (tracer().status().isPresent() && System.nanoTime() < deadline) {
      Thread.sleep(500);
    }
    if (tracer().status().isPresent()) {
      throw new AssertionError("another tracer stays installed");
    }
    installed = true;
    TracerStatus status = tracer().install(new TracerRequest(store.directory(), kinds, sizes));
    new Announcements(store.directory()).begin(status.installation());
    return status;
  }

  /// Leaves the tracer to another `Watch`.
  void leave() {
    installed = false;
  }

  /// What `bpfaudit snapshot --map …` would do: reads some maps, drains, stores, and only then lets
  /// the tracer forget.
  SnapshotHeader snapshot(Set<Long> maps) {
    return snapshot(maps, _ -> {});
  }

  /// @param step hears which step begins now
  SnapshotHeader snapshot(Set<Long> maps, Consumer<Step> step) {
    Tracing tracing;
    SnapshotHeader taken;
    try (Recording recording = store.begin(kernel.host())) {
      Capture capture = capture(maps, recording);
      step.accept(Step.DRAIN);
      tracing = drain();
      step.accept(Step.COMMIT);
      taken = recording.commit(capture, tracing, found(capture));
    }
    step.accept(Step.RETIRE);
    tracer().retire(tracing);
    step.accept(Step.REST);
    return taken;
  }

  private Surroundings found(Capture capture) {
    Surroundings survey = kernel.survey(capture);
    List<Alarm> alarms = new ArrayList<>(survey.alarms());
    alarms.addAll(tracer().alarms());
    return new Surroundings(alarms, survey.reach(), survey.unchecked());
  }

  List<Alarm> alarms(SnapshotHeader snapshot) {
    return store.surroundings(snapshot).alarms();
  }

  /// All that was stored, the newest last.
  List<SnapshotHeader> snapshots() {
    return store.log(kernel.host().id()).stream()
        .sorted(Comparator.comparingLong(SnapshotHeader::number))
        .toList();
  }

  Tracing tracing(SnapshotHeader snapshot) {
    return store.tracing(snapshot);
  }

  /// Of a snapshot with its drain.
  enum Step {
    DRAIN,
    COMMIT,
    RETIRE,
    /// It is over.
    REST
  }

  /// The same, killed in the last moment.
  SnapshotHeader storeWithoutRetiring() {
    try (Recording recording = store.begin(kernel.host())) {
      Capture capture = capture(Set.of(), recording);
      return recording.commit(capture, drain(), Surroundings.NONE);
    }
  }

  /// The ids of all maps that a snapshot of the whole host would hold.
  List<Long> captured() {
    return kernel
        .capture(CaptureRequest.everything(), TableSink.inMemory(), Progress.NONE)
        .maps()
        .stream()
        .map(state -> state.map().id())
        .toList();
  }

  private Capture capture(Set<Long> maps, Recording recording) {
    CaptureRequest request = new CaptureRequest(map -> maps.contains(map.id()), false);
    return kernel.capture(request, recording, Progress.NONE);
  }

  /// Reads what was recorded and leaves it there.
  Tracing drain() {
    String host = kernel.host().id();
    return tracer().drain(store.directory(), new Stored(store, host));
  }

  /// What was seen up to a snapshot.
  Observation seen(SnapshotHeader snapshot) {
    return switch (store.tracing(snapshot)) {
      case Tracing.Traced(Observation observation) -> observation;
      case Tracing.NotTraced(String why) -> throw new AssertionError(why);
    };
  }

  SnapshotDiff diff(SnapshotHeader from, SnapshotHeader to) {
    return SnapshotDiff.between(store.load(from), store.load(to), _ -> true);
  }

  /// By all that was seen between its two snapshots.
  Attribution attribute(SnapshotDiff diff) {
    long from = diff.from().header().number();
    long to = diff.to().header().number();
    List<Interval> intervals =
        store.log(kernel.host().id()).stream()
            .filter(header -> from <= header.number() && header.number() <= to)
            .sorted(Comparator.comparingLong(SnapshotHeader::number))
            .map(header -> new Interval(header, store.tracing(header), store.surroundings(header)))
            .toList();
    return Attribution.of(diff, intervals);
  }

  @Override
  public void close() {
    try (store) {
      if (installed) {
        tracer().remove();
      }
    }
  }

  private record Stored(Store store, String host) implements Tracer.Committed {
    @Override
    public long generation(Bytes installation) {
      return store.generation(host, installation);
    }

    @Override
    public long endedNanos(Bytes installation) {
      return store.drainEndedNanos(host, installation);
    }

    @Override
    public void announce(Bytes installation, Announcement self, long nowNanos) {
      new Announcements(store.directory()).add(installation, self, nowNanos);
    }

    @Override
    public Optional<Announced> announced(Bytes installation) {
      return new Announcements(store.directory()).of(installation);
    }
  }
}
