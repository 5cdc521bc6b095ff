package dev.bpfaudit.kernel;

import java.lang.foreign.MemorySegment;
import me.bechberger.ebpf.bpf.raw.Lib_1;

/// Whether programs can be attached to the return of the kernel's functions, tried out on one that
/// is rarely called.
final class FentryHooks {
  /// Runs for `BPF_MAP_DELETE_BATCH` on arrays and tries only.
  private static final String QUIET_FUNCTION = "generic_map_delete_batch";

  private static final int TRACING = 26;
  private static final int BPF_TRACE_FEXIT = 25;

  private FentryHooks() {}

  /// The refusal; empty if there is none.
  static String refusal() {
    try (Fd program =
            new TinyProgram(TRACING, BPF_TRACE_FEXIT, VmlinuxBtf.function(QUIET_FUNCTION))
                .load("bpfaudit_probe", 0);
        Fd _ = attach(program)) {
      return "";
    } catch (KernelException e) {
      return "fentry: " + e.refusal();
    }
  }

  private static Fd attach(Fd program) {
    int link = Lib_1.bpf_raw_tracepoint_open(MemorySegment.NULL, program.number());
    return new Fd(ScratchMaps.required(link, "attach to a kernel function"));
  }
}
