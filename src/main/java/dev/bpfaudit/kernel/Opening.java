package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import me.bechberger.ebpf.bpf.raw.Lib_1;
import me.bechberger.ebpf.bpf.raw.bpf_get_fd_by_id_opts;

/// What came of opening a map by its id.
sealed interface Opening {
  /// `BPF_F_RDONLY` of `include/uapi/linux/bpf.h`: the descriptor cannot write, whatever this
  /// program does.
  int BPF_F_RDONLY = 1 << 3;

  /// It is open; whoever gets this closes it.
  record Opened(Fd fd) implements Opening {}

  /// It was deleted since it was listed, says whoever answers.
  record Vanished() implements Opening {}

  /// It exists and the kernel does not hand it out.
  record Refused(int errno, String reason) implements Opening {}

  /// Opens a map for reading. A kernel before 4.15 knows no flags here and answers EINVAL; then the
  /// map is opened without.
  static Opening ofMap(long id) {
    int fd = openMap(id, BPF_F_RDONLY);
    if (fd == -Errno.EINVAL) {
      fd = openMap(id, 0);
    }
    if (fd == -Errno.ENOENT) {
      return new Vanished();
    }
    return fd < 0 ? new Refused(-fd, refusal(id, -fd)) : new Opened(new Fd(fd));
  }

  /// What was tried and what came of it.
  static String refusal(long id, int errno) {
    return "open map " + id + ": " + Errno.describe(errno);
  }

  private static int openMap(long id, int flags) {
    return Lib_1.bpf_map_get_fd_by_id_opts((int) id, flags == 0 ? Options.NONE : Options.RDONLY);
  }

  /// Made once, because ids are tried by the thousand.
  final class Options {
    static final MemorySegment NONE = with(0);
    static final MemorySegment RDONLY = with(BPF_F_RDONLY);

    private Options() {}

    private static MemorySegment with(int flags) {
      MemorySegment options = bpf_get_fd_by_id_opts.allocate(Arena.global());
      bpf_get_fd_by_id_opts.sz(options, bpf_get_fd_by_id_opts.sizeof());
      bpf_get_fd_by_id_opts.open_flags(options, flags);
      return options.asReadOnly();
    }
  }
}
