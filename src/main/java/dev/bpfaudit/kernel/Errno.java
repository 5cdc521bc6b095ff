package dev.bpfaudit.kernel;

/// Error numbers of the kernel (`include/uapi/asm-generic/errno*.h`). libbpf 1.x returns them
/// negated.
final class Errno {
  static final int EPERM = 1;
  static final int ENOENT = 2;
  static final int ESRCH = 3;
  static final int EINTR = 4;
  static final int E2BIG = 7;
  static final int EBADF = 9;
  static final int EAGAIN = 11;
  static final int ENOMEM = 12;
  static final int EACCES = 13;
  static final int EBUSY = 16;
  static final int EINVAL = 22;
  static final int ENFILE = 23;
  static final int EMFILE = 24;
  static final int ENOSPC = 28;
  static final int EOPNOTSUPP = 95;

  /// Kernel-internal, without a name in libc; yet `bpf(2)` returns it.
  static final int ENOTSUPP = 524;

  private Errno() {}

  /// For instance `EPERM (operation not permitted)`; takes `13` and `-13` alike.
  static String describe(int errno) {
    return switch (Math.abs(errno)) {
      case EPERM -> "EPERM (operation not permitted)";
      case ENOENT -> "ENOENT (no such entry)";
      case ESRCH -> "ESRCH (no such process)";
      case EINTR -> "EINTR (interrupted)";
      case E2BIG -> "E2BIG (too big)";
      case EBADF -> "EBADF (bad file descriptor)";
      case EAGAIN -> "EAGAIN (try again)";
      case ENOMEM -> "ENOMEM (out of memory)";
      case EACCES -> "EACCES (permission denied)";
      case 14 -> "EFAULT (bad address)";
      case EBUSY -> "EBUSY (busy)";
      case 17 -> "EEXIST (exists already)";
      case 19 -> "ENODEV (no such device)";
      case EINVAL -> "EINVAL (invalid argument)";
      case ENFILE -> "ENFILE (too many open files in the system)";
      case EMFILE -> "EMFILE (too many open files)";
      case ENOSPC -> "ENOSPC (no space)";
      case 38 -> "ENOSYS (no such system call)";
      case EOPNOTSUPP -> "EOPNOTSUPP (not supported)";
      case ENOTSUPP -> "ENOTSUPP (524, not supported)";
      default -> "errno " + Math.abs(errno);
    };
  }

  /// The name alone, for instance `EPERM`.
  static String name(int errno) {
    String text = describe(errno);
    int end = text.indexOf(" (");
    return end < 0 ? text : text.substring(0, end);
  }

  /// Whether the kernel says that it does not know how to do this to such an object.
  static boolean isUnsupported(int errno) {
    int number = Math.abs(errno);
    return number == ENOTSUPP || number == EOPNOTSUPP || number == EINVAL;
  }

  /// Whether the same call may succeed a moment later.
  static boolean isPassing(int errno) {
    int number = Math.abs(errno);
    return number == EINTR || number == EAGAIN || number == EBUSY;
  }

  /// Whether something had run out, which says nothing of what the kernel can do.
  static boolean isScarcity(int errno) {
    int number = Math.abs(errno);
    return number == ENOMEM || number == ENFILE || number == EMFILE;
  }

  /// Whether a capability, a mode of a file or a policy may be the reason.
  static boolean isPermission(int errno) {
    int number = Math.abs(errno);
    return number == EPERM || number == EACCES;
  }
}
