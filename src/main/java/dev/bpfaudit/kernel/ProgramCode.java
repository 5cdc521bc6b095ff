package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import me.bechberger.ebpf.bpf.raw.Lib_1;
import me.bechberger.ebpf.bpf.raw.bpf_prog_info;

/// Reads the translated instructions of a program.
final class ProgramCode {
  private ProgramCode() {}

  /// What came of asking for them.
  sealed interface Answer {}

  record Shown(Code code) implements Answer {}

  /// The program was unloaded meanwhile.
  record Vanished() implements Answer {}

  record Hidden(String why) implements Answer {}

  /// @param arena holds the instructions
  static Answer of(long id, Arena arena) {
    int number = Lib_1.bpf_prog_get_fd_by_id((int) id);
    if (number == -Errno.ENOENT) {
      return new Vanished();
    }
    if (number < 0) {
      return new Hidden(Errno.describe(number));
    }
    try (Fd fd = new Fd(number)) {
      MemorySegment info = bpf_prog_info.allocate(arena);
      int failed = ObjectInfo.fill(fd, info);
      return failed < 0 ? new Hidden(Errno.describe(failed)) : shown(fd, info, arena);
    }
  }

  private static Answer shown(Fd fd, MemorySegment first, Arena arena) {
    int bytes = bpf_prog_info.xlated_prog_len(first);
    if (bytes <= 0) {
      return new Hidden("the kernel shows no instructions");
    }
    MemorySegment instructions = arena.allocate(bytes, 8);
    MemorySegment second = bpf_prog_info.allocate(arena);
    bpf_prog_info.xlated_prog_len(second, bytes);
    bpf_prog_info.xlated_prog_insns(second, instructions.address());
    int failed = ObjectInfo.fill(fd, second);
    if (failed < 0) {
      return new Hidden(Errno.describe(failed));
    }
    // constants are blinded, and the kernel may not show addresses
    return bpf_prog_info.xlated_prog_insns(second) == 0
        ? new Hidden("the kernel shows no blinded instructions")
        : new Shown(new Code(instructions));
  }
}
