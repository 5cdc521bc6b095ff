package dev.bpfaudit.kernel;

/// The kernel, or the library that talks to it, refused. The message says what was tried, the
/// errno, and how to mend it.
public final class KernelException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// What kind of refusal it is; each has its own exit code.
  public enum Kind {
    /// A capability is missing.
    NOT_PERMITTED,
    /// This kernel or machine cannot do it.
    UNSUPPORTED
  }

  private final Kind kind;
  private final String refusal;
  private final int errno;

  /// @param operation verb phrase, for instance `list maps`
  /// @param cause the errno's name or another reason
  /// @param hint what the user can do
  public KernelException(Kind kind, String operation, String cause, String hint) {
    this(kind, operation + ": " + cause, hint, 0);
  }

  private KernelException(Kind kind, String refusal, String hint, int errno) {
    super(refusal + ". " + hint);
    this.kind = kind;
    this.refusal = refusal;
    this.errno = Math.abs(errno);
  }

  /// What a system call answered.
  ///
  /// @param errno of either sign
  static KernelException refused(String operation, int errno) {
    boolean permission = Math.abs(errno) == Errno.EPERM;
    return new KernelException(
        permission ? Kind.NOT_PERMITTED : Kind.UNSUPPORTED,
        operation + ": " + Errno.describe(errno),
        permission ? "Run as root or grant CAP_SYS_ADMIN." : "This kernel does not do that.",
        errno);
  }

  /// The same refusal, with better advice.
  KernelException advising(String hint) {
    return new KernelException(kind, refusal, hint, errno);
  }

  public Kind kind() {
    return kind;
  }

  /// What was tried and the cause, without the advice.
  String refusal() {
    return refusal;
  }

  /// The error number, 0 if no system call answered one.
  int errno() {
    return errno;
  }
}
