package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.KernelException;
import dev.bpfaudit.kernel.Tracer;
import dev.bpfaudit.kernel.TracerRequest;
import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.TracerStatus;
import dev.bpfaudit.model.Tracing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A tracer that saw what the test says.
final class FakeTracer implements Tracer {
  Tracing next = new Tracing.NotTraced("no tracer was installed");
  List<Alarm> alarms = List.of();
  final List<Tracing> retired = new ArrayList<>();

  /// The stores that drained, and the generation each said it has.
  final List<Drained> drained = new ArrayList<>();

  Optional<TracerStatus> installed = Optional.empty();
  Optional<KernelException> refusesDrain = Optional.empty();
  Optional<KernelException> refusesRetire = Optional.empty();

  record Drained(Path store, long committed) {}

  @Override
  public Optional<TracerStatus> status() {
    return installed;
  }

  @Override
  public TracerStatus install(TracerRequest request) {
    throw new UnsupportedOperationException("a fake cannot be installed");
  }

  @Override
  public boolean remove() {
    boolean there = installed.isPresent();
    installed = Optional.empty();
    return there;
  }

  @Override
  public Tracing drain(Path store, Committed committed) {
    refusesDrain.ifPresent(refusal -> {
      throw refusal;
    });
    if (next instanceof Tracing.Traced(Observation seen)) {
      drained.add(new Drained(store, committed.generation(seen.installation())));
    }
    return next;
  }

  @Override
  public List<Alarm> alarms() {
    return alarms;
  }

  @Override
  public void retire(Tracing drained) {
    refusesRetire.ifPresent(refusal -> {
      throw refusal;
    });
    retired.add(drained);
  }
}
