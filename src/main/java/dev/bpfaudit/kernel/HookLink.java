package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import me.bechberger.ebpf.bpf.raw.Lib_1;

/// Attaches programs of the tracer where they belong, by links that can be pinned.
final class HookLink {
  static final String OUTNUMBERED = "as many programs as the kernel allows hang on ";

  private HookLink() {}

  /// @throws KernelException if the kernel refuses
  static Fd attach(Hook hook, int program) {
    if (hook.equals(HookTable.WITNESS)) {
      return CgroupRoot.attach(program);
    }
    return switch (hook.kind()) {
      case KPROBE -> kprobe(hook, program);
      case FENTRY -> link(hook, MemorySegment.NULL, program);
      case TRACEPOINT -> tracepoint(hook, program);
    };
  }

  private static Fd tracepoint(Hook hook, int program) {
    try (Arena arena = Arena.ofConfined()) {
      return link(hook, arena.allocateFrom(hook.function()), program);
    }
  }

  /// Of how many programs a function takes, others may have used up all: 38, on 5.10 40.
  private static Fd link(Hook hook, MemorySegment name, int program) {
    int link = Lib_1.bpf_raw_tracepoint_open(name, program);
    if (link == -Errno.E2BIG) {
      throw new KernelException(
          KernelException.Kind.UNSUPPORTED,
          "attach",
          "E2BIG: " + OUTNUMBERED + hook.function() + " already",
          "Find them: bpftool link list");
    }
    return new Fd(ScratchMaps.required(link, "attach"));
  }

  private static Fd kprobe(Hook hook, int program) {
    int kind = Integer.parseInt(KernelFile.read(TracingProbes.KPROBE_PMU));
    try (PerfEvent event = PerfEvent.ofKprobe(kind, hook.function())) {
      return event.link(program);
    }
  }
}
