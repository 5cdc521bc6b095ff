package dev.bpfaudit.kernel;

import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import me.bechberger.ebpf.bpf.raw.Lib_1;

/// The root of the cgroups of version 2, which all processes are below.
final class CgroupRoot {
  /// Of `enum bpf_attach_type`.
  private static final int BPF_CGROUP_SYSCTL = 18;

  private CgroupRoot() {}

  /// Lets `program` run whenever a setting below `/proc/sys` is read or written. Links to cgroups
  /// came with 5.7.
  ///
  /// @throws KernelException if the kernel refuses, or no such cgroup is mounted
  static Fd attach(int program) {
    Optional<Path> root = KernelFile.wholeMount("cgroup2");
    if (root.isEmpty()) {
      throw new KernelException(
          KernelException.Kind.UNSUPPORTED,
          "attach to the root of the cgroups",
          "cgroup version 2 is not mounted",
          "Mount it: mount -t cgroup2 none /sys/fs/cgroup");
    }
    try (Fd cgroup = Libc.openDirectory(root.get())) {
      int link =
          Lib_1.bpf_link_create(program, cgroup.number(), BPF_CGROUP_SYSCTL, MemorySegment.NULL);
      return new Fd(ScratchMaps.required(link, "attach to the root of the cgroups"));
    }
  }
}
