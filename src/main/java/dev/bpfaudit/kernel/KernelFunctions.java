package dev.bpfaudit.kernel;

import dev.bpfaudit.model.HookKind;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import me.bechberger.ebpf.bpf.raw.Lib_1;

/// Which functions the running kernel describes in its BTF.
final class KernelFunctions implements AutoCloseable {
  private static final int BTF_KIND_FUNC = 12;

  private final MemorySegment types;

  /// @throws KernelException if the kernel has no BTF
  KernelFunctions() {
    types = Lib_1.btf__load_vmlinux_btf();
    if (types.equals(MemorySegment.NULL)) {
      throw new KernelException(
          KernelException.Kind.UNSUPPORTED,
          "read " + VmlinuxBtf.FILE,
          "the kernel does not describe its types",
          "The tracer needs a kernel built with CONFIG_DEBUG_INFO_BTF.");
    }
  }

  /// Whether a hook has something to be attached to. Raw tracepoints are always there; a function
  /// that a kprobe can be at is in the BTF unless the compiler renamed it.
  boolean has(Hook hook) {
    if (hook.kind() == HookKind.TRACEPOINT) {
      return true;
    }
    try (Arena arena = Arena.ofConfined()) {
      return Lib_1.btf__find_by_name_kind(types, arena.allocateFrom(hook.function()), BTF_KIND_FUNC)
          >= 0;
    }
  }

  @Override
  public void close() {
    Lib_1.btf__free(types);
  }
}
