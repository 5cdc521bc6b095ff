package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.Follower;
import dev.bpfaudit.kernel.KernelException;
import dev.bpfaudit.kernel.Tracer;
import dev.bpfaudit.kernel.TracerRequest;
import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.LiveWrite;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.TracerStatus;
import dev.bpfaudit.model.Tracing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/// A tracer that saw what the test says.
final class FakeTracer implements Tracer {
  Tracing next = new Tracing.NotTraced("no tracer was installed");
  List<Alarm> alarms = List.of();
  final List<Tracing> retired = new ArrayList<>();

  /// The stores that drained, and the generation each said it has.
  final List<Drained> drained = new ArrayList<>();

  Optional<KernelException> refusesDrain = Optional.empty();
  Optional<KernelException> refusesRetire = Optional.empty();

  record Drained(Path store, long committed) {}

  /// What is installed, for the commands that ask.
  Optional<TracerStatus> installed = Optional.empty();

  Optional<KernelException> refusesInstall = Optional.empty();
  int installations;
  int removals;

  /// What a follower is told next.
  final List<LiveWrite> live = new ArrayList<>();

  long unkept;
  final List<Follower.Taken> taken = new ArrayList<>();
  Optional<KernelException> refusesNews = Optional.empty();
  LongSupplier clock = () -> 0;

  @Override
  public Optional<TracerStatus> status() {
    return installed;
  }

  @Override
  public TracerStatus install(TracerRequest request) {
    refusesInstall.ifPresent(refusal -> {
      throw refusal;
    });
    installations++;
    TracerStatus status = status(installations, request.store());
    installed = Optional.of(status);
    return status;
  }

  /// One that is installed.
  static TracerStatus status(int number, Path store) {
    return new TracerStatus(
        Bytes.of((byte) number), HookKind.FENTRY, 0, 0, store, true, 0, 0, 0, List.of(), List.of());
  }

  @Override
  public boolean remove() {
    removals++;
    boolean there = installed.isPresent();
    installed = Optional.empty();
    return there;
  }

  @Override
  public Follower follow() {
    return () -> {
      refusesNews.ifPresent(refusal -> {
        throw refusal;
      });
      Follower.News news =
          new Follower.News(
              installed.map(TracerStatus::installation), clock.getAsLong(), live, unkept, taken);
      live.clear();
      unkept = 0;
      taken.clear();
      return news;
    };
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
  public boolean isDamaged() {
    return false;
  }

  @Override
  public void retire(Tracing drained) {
    refusesRetire.ifPresent(refusal -> {
      throw refusal;
    });
    retired.add(drained);
  }
}
