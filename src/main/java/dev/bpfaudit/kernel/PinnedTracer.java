package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Tracing;
import java.nio.file.Path;
import java.util.Optional;

/// The tracer of this host.
final class PinnedTracer implements Tracer {
  @Override
  public Optional<TracerStatus> status() {
    return Optional.empty();
  }

  @Override
  public TracerStatus install(TracerRequest request) {
    throw new KernelException(
        KernelException.Kind.UNSUPPORTED, "install the tracer", "not built yet", "");
  }

  @Override
  public boolean remove() {
    return false;
  }

  @Override
  public Tracing drain(Path store, Committed committed) {
    return new Tracing.NotTraced("no tracer was installed");
  }

  @Override
  public void retire(Tracing drained) {}
}
