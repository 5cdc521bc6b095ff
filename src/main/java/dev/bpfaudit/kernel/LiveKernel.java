package dev.bpfaudit.kernel;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.Probe;
import dev.bpfaudit.model.Surroundings;
import dev.bpfaudit.model.TableSink;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The kernel this process runs on. Descriptors of maps and programs are open while one is read,
/// never longer.
public final class LiveKernel implements Kernel {
  private final Clock clock;
  private final Tracer tracer = new PinnedTracer();

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
    return describe(ids());
  }

  @Override
  public List<BpfMap> maps(Set<Long> ids) {
    LibbpfLibrary.load();
    return describe(ids.stream().sorted().toList());
  }

  private static List<BpfMap> describe(List<Long> ids) {
    List<BpfMap> maps = new ArrayList<>();
    MapInfo info = new MapInfo(Pins.find());
    for (long id : ids) {
      switch (Opening.ofMap(id)) {
        case Opening.Vanished() -> {}
        case Opening.Refused _ -> maps.add(info.unknown(id));
        case Opening.Opened(Fd fd) -> maps.add(describe(id, fd, info));
      }
    }
    return maps;
  }

  /// All maps but those of our own tracer.
  private static List<Long> ids() {
    List<Long> ids = new ArrayList<>(ObjectIds.maps());
    Installation.find().ifPresent(tracer -> ids.removeAll(tracer.ownMaps()));
    return ids;
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
    List<Long> ids = ids();
    MapCapture mapCapture = new MapCapture(host, request, sink, new MapInfo(Pins.find()));
    List<MapState> maps = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      int done = i;
      mapCapture
          .capture(ids.get(i), name -> progress.reading(done, ids.size(), name))
          .ifPresent(maps::add);
    }
    return new Capture(host, takenAt, boottime, maps, Programs.all());
  }

  @Override
  public Surroundings survey(Capture capture) {
    return Surroundings.NONE;
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
