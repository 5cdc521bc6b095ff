package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.Tracer;
import dev.bpfaudit.kernel.TracerRequest;
import dev.bpfaudit.kernel.TracerStatus;
import dev.bpfaudit.model.Tracing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A tracer that saw what the test says.
final class FakeTracer implements Tracer {
  Tracing next = new Tracing.NotTraced("no tracer was installed");
  final List<Tracing> retired = new ArrayList<>();

  @Override
  public Optional<TracerStatus> status() {
    return Optional.empty();
  }

  @Override
  public TracerStatus install(TracerRequest request) {
    throw new UnsupportedOperationException("a fake cannot be installed");
  }

  @Override
  public boolean remove() {
    return false;
  }

  @Override
  public Tracing drain(Path store, Committed committed) {
    return next;
  }

  @Override
  public void retire(Tracing drained) {
    retired.add(drained);
  }
}
