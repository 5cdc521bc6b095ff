package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.CaptureRequest;
import dev.bpfaudit.kernel.Kernel;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.TableRef;
import dev.bpfaudit.model.TableSink;
import dev.bpfaudit.store.Recording;
import dev.bpfaudit.store.Store;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/// Captures the host into a store that this process has locked. Opening the store takes about as
/// long as reading a large map, so it goes on while the first map is read.
final class Recorder implements AutoCloseable {
  private final CompletableFuture<Store> opening;

  /// @param locked opens the store
  Recorder(Supplier<Store> locked) {
    this.opening = CompletableFuture.supplyAsync(locked, task -> new Thread(task, "store").start());
  }

  /// The store, once it is open.
  Store store() {
    try {
      return opening.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  /// Reads every map and stores the snapshot, whole or not at all.
  SnapshotHeader record(Kernel kernel, CaptureRequest request, ProgressLine progress) {
    try (progress;
        Sink sink = new Sink(kernel.host())) {
      Capture capture = kernel.capture(request, sink, progress);
      return sink.recording().commit(capture);
    }
  }

  @Override
  public void close() {
    opening.handle((store, _) -> Optional.ofNullable(store)).join().ifPresent(Store::close);
  }

  /// Begins the recording when the first table comes.
  private final class Sink implements TableSink, AutoCloseable {
    private final HostFacts host;
    private Optional<Recording> begun = Optional.empty();

    Sink(HostFacts host) {
      this.host = host;
    }

    Recording recording() {
      Recording recording = begun.orElseGet(() -> store().begin(host));
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
