package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import me.bechberger.ebpf.bpf.raw.Lib_1;

/// Walks the kernel's ids of maps and programs to the end: `bpf_obj_get_next_id` in
/// `kernel/bpf/syscall.c` answers the next higher id, and ENOENT after the last.
final class ObjectIds {
  private ObjectIds() {}

  /// @throws KernelException if the kernel refuses to list maps
  static List<Long> maps() {
    return walk("list maps", Lib_1::bpf_map_get_next_id);
  }

  /// @throws KernelException if the kernel refuses to list programs
  static List<Long> programs() {
    return walk("list programs", Lib_1::bpf_prog_get_next_id);
  }

  private static List<Long> walk(String operation, NextId nextId) {
    List<Long> ids = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment next = arena.allocate(ValueLayout.JAVA_INT);
      int last = 0;
      while (true) {
        int failed = nextId.after(last, next);
        if (failed == -Errno.ENOENT) {
          return ids;
        }
        if (failed < 0) {
          throw refused(operation, failed);
        }
        int id = next.get(ValueLayout.JAVA_INT, 0);
        if (Integer.compareUnsigned(id, last) <= 0) {
          return ids; // not the kernel's answer; what this list leaves out others show
        }
        ids.add(Integer.toUnsignedLong(id));
        last = id;
      }
    }
  }

  private static KernelException refused(String operation, int errno) {
    return KernelException.refused(operation, errno)
        .advising(
            errno == -Errno.EPERM
                ? "Run as root or grant CAP_SYS_ADMIN (CAP_BPF alone is not enough to list by id)."
                : "The kernel must be built with CONFIG_BPF_SYSCALL, version 4.13 or newer.");
  }

  /// One of libbpf's `bpf_*_get_next_id`.
  private interface NextId {
    int after(int id, MemorySegment next);
  }
}
