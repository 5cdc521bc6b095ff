package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import me.bechberger.ebpf.bpf.raw.Lib_1;

/// The kernel's description of its own types.
final class VmlinuxBtf {
  /// Since Linux 5.4, if built with `CONFIG_DEBUG_INFO_BTF`.
  static final Path FILE = Path.of("/sys/kernel/btf/vmlinux");

  private static final int BTF_KIND_FUNC = 12;

  private VmlinuxBtf() {}

  /// The id of a function.
  ///
  /// @throws KernelException with ENOENT if there is none of that name, or no BTF at all
  static int function(String name) {
    if (!Files.exists(FILE)) {
      throw KernelException.refused("open " + FILE, Errno.ENOENT);
    }
    MemorySegment types = Lib_1.btf__load_vmlinux_btf();
    if (types.equals(MemorySegment.NULL)) {
      throw new KernelException(
          KernelException.Kind.UNSUPPORTED,
          "read " + FILE,
          "libbpf does not understand it",
          "A newer libbpf may.");
    }
    try (Arena arena = Arena.ofConfined()) {
      int id = Lib_1.btf__find_by_name_kind(types, arena.allocateFrom(name), BTF_KIND_FUNC);
      return ScratchMaps.required(id, "find " + name + " in the kernel's BTF");
    } finally {
      Lib_1.btf__free(types);
    }
  }
}
