package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.CaptureRequest;
import dev.bpfaudit.kernel.Kernel;
import dev.bpfaudit.kernel.KernelException;
import dev.bpfaudit.kernel.Progress;
import dev.bpfaudit.kernel.Tracer;
import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Surroundings;
import dev.bpfaudit.model.TableRef;
import dev.bpfaudit.model.TableSink;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.store.Recording;
import dev.bpfaudit.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// Captures the host into its store. The store is made and locked once the kernel has let this
/// process list the maps, and opened on another thread while the first map is read: both take about
/// as long.
final class Recorder implements AutoCloseable {
  private final Supplier<Supplier<Store>> lock;
  private final Consumer<String> talk;
  private Optional<CompletableFuture<Store>> opening = Optional.empty();

  /// @param lock locks the store and returns what opens it
  /// @param talk hears in a sentence what went wrong after the snapshot was stored
  Recorder(Supplier<Supplier<Store>> lock, Consumer<String> talk) {
    this.lock = lock;
    this.talk = talk;
  }

  private void open() {
    if (opening.isEmpty()) {
      opening =
          Optional.of(
              CompletableFuture.supplyAsync(lock.get(), task -> new Thread(task, "store").start()));
    }
  }

  /// The store, once it is open.
  Store store() {
    open();
    try {
      return opening.orElseThrow().join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /// Reads every map and stores the snapshot, whole or not at all, with what the tracer saw.
  SnapshotHeader record(Kernel kernel, CaptureRequest request, ProgressLine progress) {
    Tracer tracer = kernel.tracer();
    Tracing tracing;
    SnapshotHeader taken;
    try (progress;
        Sink sink = new Sink(kernel.host())) {
      Progress openThenTell =
          (done, total, name) -> {
            open();
            progress.reading(done, total, name);
          };
      Capture capture = kernel.capture(request, sink, openThenTell);
      Recording recording = sink.recording();
      tracing = drain(tracer, capture.host().id());
      taken = recording.commit(capture, tracing, found(kernel, capture, tracing));
    }
    retire(tracer, tracing, taken);
    return taken;
  }

  /// After the maps were read, so that no write whose effect was read is missing.
  private Tracing drain(Tracer tracer, String host) {
    try {
      return tracer.drain(store().directory(), new StoredDrains(this::store, host));
    } catch (KernelException e) { // the maps were read all the same
      return new Tracing.NotTraced(said(e));
    }
  }

  private Surroundings found(Kernel kernel, Capture capture, Tracing tracing) {
    Surroundings survey = kernel.survey(capture);
    List<Alarm> alarms = new ArrayList<>(survey.alarms());
    alarms.addAll(kernel.tracer().alarms());
    alarms.addAll(new Vanished(store(), kernel.tracer()).alarms(capture.host(), tracing));
    return new Surroundings(alarms, survey.reach(), survey.unchecked());
  }

  /// Only what is stored may be given up. What cannot be given back now is drained again, and the
  /// store knows its generation.
  private void retire(Tracer tracer, Tracing tracing, SnapshotHeader taken) {
    switch (tracing) {
      case Tracing.NotTraced _ -> {}
      case Tracing.Traced traced -> {
        try {
          tracer.retire(traced);
        } catch (KernelException e) {
          talk.accept(
              "stored @%d, but the tracer keeps what was drained for it; the next drain counts it once: %s"
                  .formatted(taken.number(), said(e)));
        }
      }
    }
  }

  private static String said(KernelException e) {
    return String.valueOf(e.getMessage()).strip();
  }

  /// @throws UsageException if this machine is in the store under another id
  private Recording begin(HostFacts host) {
    List<HostFacts> others =
        store().hosts().stream().filter(other -> !other.id().equals(host.id())).toList();
    for (HostFacts other : others) {
      if (other.bootId().equals(host.bootId()) && store().log(host.id()).isEmpty()) {
        throw new UsageException(
            "this machine's id is %s, but the store knows it as %s in this same boot: /etc/machine-id was changed. Restore it, or name another store with --store."
                .formatted(host.id(), other.id()));
      }
    }
    return store().begin(host);
  }

  @Override
  public void close() {
    opening
        .flatMap(store -> store.handle((open, _) -> Optional.ofNullable(open)).join())
        .ifPresent(Store::close);
  }

  /// Begins the recording when the first table comes.
  private final class Sink implements TableSink, AutoCloseable {
    private final HostFacts host;
    private Optional<Recording> begun = Optional.empty();

    Sink(HostFacts host) {
      this.host = host;
    }

    Recording recording() {
      Recording recording = begun.orElseGet(() -> begin(host));
      begun = Optional.of(recording);
      return recording;
    }

    @Override
    public TableRef keep(BpfMap map, FlatTable table) {
      return recording().keep(map, table);
    }

    @Override
    public void close() {
      begun.ifPresent(Recording::close);
    }
  }
}
