package dev.bpfaudit.scenario;

import dev.bpfaudit.kernel.CaptureRequest;
import dev.bpfaudit.kernel.LiveKernel;
import dev.bpfaudit.kernel.Progress;
import dev.bpfaudit.kernel.ScratchMap;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.Probe;
import dev.bpfaudit.model.TableRef;
import dev.bpfaudit.model.TableSink;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// What the kernel holds now, as bpfaudit itself reads it.
final class ReadBack {
  private final LiveKernel kernel = new LiveKernel(Clock.systemUTC());

  MapState state(ScratchMap map) {
    long id = map.id();
    return capture(m -> m.id() == id).maps().getFirst();
  }

  List<BpfProgram> programs() {
    return capture(m -> false).programs();
  }

  /// The answer of a probe of `bpfaudit doctor`.
  Probe probe(String name) {
    return kernel.probe().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
  }

  private Capture capture(Predicate<BpfMap> wanted) {
    return kernel.capture(new CaptureRequest(wanted, false), TableSink.inMemory(), Progress.NONE);
  }

  /// Keys and values in hex; of a queue its head, under an empty key.
  Map<String, String> entries(ScratchMap map) {
    FlatTable table =
        switch (state(map).contents()) {
          case Contents.Complete(TableRef whole) -> whole.load();
          case Contents.NotEnumerable(String _, TableRef seen) -> seen.load();
          case Contents.Partial(TableRef _, String reason) -> throw new AssertionError(reason);
          case Contents.Unreadable(String reason) -> throw new AssertionError(reason);
        };
    Map<String, String> entries = new TreeMap<>();
    for (long row = 0; row < table.count(); row++) {
      entries.put(Bytes.of(table.key(row)).hex(), Bytes.of(table.value(row)).hex());
    }
    return entries;
  }
}
