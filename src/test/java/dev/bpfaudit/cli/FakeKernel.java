package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.CaptureRequest;
import dev.bpfaudit.kernel.Kernel;
import dev.bpfaudit.kernel.KernelException;
import dev.bpfaudit.kernel.Progress;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.Probe;
import dev.bpfaudit.model.ReadingWindow;
import dev.bpfaudit.model.Surroundings;
import dev.bpfaudit.model.TableSink;
import dev.bpfaudit.model.Tracing;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The one seam: a host whose maps are what the test says.
final class FakeKernel implements Kernel {
  private final Clock clock;
  private final Map<BpfMap, FlatTable> readable = new LinkedHashMap<>();
  private final Map<BpfMap, String> unreadable = new LinkedHashMap<>();
  private final FakeTracer tracer = new FakeTracer();
  private boolean refuses;

  /// The test turns this clock.
  long boottimeNanos = 1_000;

  /// How long the next reading takes by it.
  long captureNanos;

  private String bootId = "11111111-2222-3333-4444-555555555555";

  FakeKernel(Clock clock) {
    this.clock = clock;
  }

  void put(BpfMap map, FlatTable table) {
    remove(map.id());
    readable.put(map, table);
  }

  void deny(BpfMap map, String reason) {
    remove(map.id());
    unreadable.put(map, reason);
  }

  void remove(long id) {
    readable.keySet().removeIf(map -> map.id() == id);
    unreadable.keySet().removeIf(map -> map.id() == id);
  }

  /// From now on nobody may list maps.
  void refuse() {
    refuses = true;
  }

  /// When the next snapshot begins to read; it takes 1,000 ns.
  void read(long nanos) {
    boottimeNanos = nanos;
  }

  void relent() {
    refuses = false;
  }

  void boot(String id) {
    bootId = id;
  }

  /// What the next drain of the tracer tells.
  void observe(Tracing tracing) {
    tracer.next = tracing;
  }

  @Override
  public HostFacts host() {
    return new HostFacts("feed", "testhost", "6.18.0", bootId, 2);
  }

  @Override
  public long boottimeNanos() {
    return boottimeNanos;
  }

  @Override
  public List<BpfMap> maps(Set<Long> ids) {
    return maps().stream().filter(map -> ids.contains(map.id())).toList();
  }

  @Override
  public List<BpfMap> maps() {
    List<BpfMap> maps = new ArrayList<>(readable.keySet());
    maps.addAll(unreadable.keySet());
    return maps;
  }

  @Override
  public Capture capture(CaptureRequest request, TableSink sink, Progress progress) {
    if (refuses) {
      throw new KernelException(
          KernelException.Kind.NOT_PERMITTED, "list maps", "EPERM", "Run as root.");
    }
    progress.reading(0, readable.size(), "");
    boottimeNanos += captureNanos;
    captureNanos = 0;
    List<MapState> states = new ArrayList<>();
    readable.forEach((map, table) -> {
      if (request.wanted().test(map)) {
        states.add(state(map, new Contents.Complete(sink.keep(map, table))));
      }
    });
    unreadable.forEach((map, reason) -> states.add(state(map, new Contents.Unreadable(reason))));
    return new Capture(host(), clock.instant(), boottimeNanos, states, List.of());
  }

  private MapState state(BpfMap map, Contents contents) {
    return new MapState(map, contents, new ReadingWindow(boottimeNanos, boottimeNanos + 1_000));
  }

  @Override
  public Surroundings survey(Capture capture) {
    return Surroundings.NONE;
  }

  @Override
  public FakeTracer tracer() {
    return tracer;
  }

  @Override
  public List<Probe> probe() {
    return List.of(
        new Probe(
            "maps.list",
            Probe.Group.READING,
            "list maps",
            Probe.Answer.YES,
            "3 maps",
            null,
            "4.13"));
  }
}
