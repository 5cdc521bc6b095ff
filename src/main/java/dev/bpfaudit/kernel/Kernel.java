package dev.bpfaudit.kernel;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.Probe;
import dev.bpfaudit.model.Surroundings;
import dev.bpfaudit.model.TableSink;
import java.util.List;
import java.util.Set;

/// The running kernel, as far as bpfaudit reads it. This is the seam that lets commands be tested
/// without one.
public interface Kernel {
  /// Facts about this machine; needs no privilege.
  HostFacts host();

  /// `CLOCK_BOOTTIME`: nanoseconds since the boot, sleep included.
  long boottimeNanos();

  /// Every map, without its entries, ascending by id.
  ///
  /// @throws KernelException if maps cannot be enumerated at all
  List<BpfMap> maps();

  /// Those of `ids` that are there, as [#maps] tells them.
  List<BpfMap> maps(Set<Long> ids);

  /// Reads every map that `request` wants, entries included, and every program. Never changes a
  /// map.
  ///
  /// @throws KernelException if maps cannot be enumerated at all; a single map that cannot be read
  ///   is a fact, not an error
  Capture capture(CaptureRequest request, TableSink sink, Progress progress);

  /// What else there is to tell about the host; asked after `capture` was read and the tracer was
  /// drained.
  Surroundings survey(Capture capture);

  /// What this kernel and process can do, one probe a line.
  List<Probe> probe();

  /// What watches writes to maps between two captures.
  Tracer tracer();
}
