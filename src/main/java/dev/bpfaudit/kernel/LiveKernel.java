package dev.bpfaudit.kernel;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.Probe;
import dev.bpfaudit.model.Surroundings;
import dev.bpfaudit.model.TableSink;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/// The kernel this process runs on. Descriptors of maps and programs are open while one is read,
/// never longer.
public final class LiveKernel implements Kernel {
  private final Clock clock;
  private final Tracer tracer = new PinnedTracer();
  private HostCapture.Result found = HostCapture.Result.NOTHING;

  /// @param clock gives the wall time of a capture
  public LiveKernel(Clock clock) {
    this.clock = clock;
  }

  @Override
  public HostFacts host() {
    return LocalHost.facts();
  }

  @Override
  public long boottimeNanos() {
    return BootClock.nanos();
  }

  @Override
  public List<BpfMap> maps() {
    LibbpfLibrary.load();
    try (SearchBeside search = SearchBeside.begin()) {
      return describe(search.all().ids(), search.info());
    }
  }

  @Override
  public List<BpfMap> maps(Set<Long> ids) {
    LibbpfLibrary.load();
    return describe(new TreeSet<>(ids), new MapInfo(Pins.find()));
  }

  private static List<BpfMap> describe(SortedSet<Long> ids, MapInfo info) {
    List<BpfMap> maps = new ArrayList<>();
    for (long id : ids) {
      switch (Opening.ofMap(id)) {
        case Opening.Vanished() -> {}
        case Opening.Refused _ -> maps.add(info.unknown(id));
        case Opening.Opened(Fd fd) -> maps.add(describe(id, fd, info));
      }
    }
    return maps;
  }

  private static BpfMap describe(long id, Fd fd, MapInfo info) {
    try (fd) {
      return info.of(fd);
    } catch (UnreadableException e) {
      return info.unknown(id);
    }
  }

  @Override
  public Capture capture(CaptureRequest request, TableSink sink, Progress progress) {
    LibbpfLibrary.load();
    HostFacts host = host();
    Instant takenAt = clock.instant();
    long boottime = BootClock.nanos();
    found = HostCapture.of(host, request, sink, progress);
    return new Capture(host, takenAt, boottime, found.maps(), found.programs());
  }

  /// @param capture the last that this kernel was asked for
  @Override
  public Surroundings survey(Capture capture) {
    return new Surroundings(found.alarms(), Writability.of(capture), found.unchecked());
  }

  @Override
  public List<Probe> probe() {
    return new KernelProbes(host()).all();
  }

  @Override
  public Tracer tracer() {
    return tracer;
  }
}
