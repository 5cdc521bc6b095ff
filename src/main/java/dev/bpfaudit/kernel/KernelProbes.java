package dev.bpfaudit.kernel;

import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.Probe;
import java.util.List;
import java.util.stream.Stream;

/// Asks the running kernel what it can do, by doing it. Every kernel is asked the same questions;
/// without libbpf most of the answers are "unknown".
final class KernelProbes {
  private final HostFacts host;

  KernelProbes(HostFacts host) {
    this.host = host;
  }

  List<Probe> all() {
    Privileges privileges = Privileges.own();
    Inquiry inquiry = new Inquiry(KernelVersion.of(host.kernel()), privileges);
    return Stream.of(
            new ReadingProbes(inquiry, host.possibleCpus()).all(privileges),
            new TracingProbes(inquiry).all(),
            SettingProbes.all())
        .flatMap(List::stream)
        .toList();
  }
}
