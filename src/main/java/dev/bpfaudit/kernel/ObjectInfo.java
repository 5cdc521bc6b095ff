package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import me.bechberger.ebpf.bpf.raw.Lib_1;

/// `BPF_OBJ_GET_INFO_BY_FD`. An older kernel fills less of `info` and leaves the rest zero.
final class ObjectInfo {
  private ObjectInfo() {}

  /// Fills `info`.
  ///
  /// @return 0, or the negative errno
  static int fill(Fd fd, MemorySegment info) {
    return fill(fd.number(), info);
  }

  /// The same of a descriptor that is somebody else's to close.
  static int fill(int fd, MemorySegment info) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment length =
          arena.allocateFrom(ValueLayout.JAVA_INT, Math.toIntExact(info.byteSize()));
      return Lib_1.bpf_obj_get_info_by_fd(fd, info, length);
    }
  }

  /// The bytes of a fixed-size `char name[]` up to its NUL.
  static byte[] name(MemorySegment field) {
    long end = 0;
    while (end < field.byteSize() && field.get(ValueLayout.JAVA_BYTE, end) != 0) {
      end++;
    }
    return field.asSlice(0, end).toArray(ValueLayout.JAVA_BYTE);
  }
}
