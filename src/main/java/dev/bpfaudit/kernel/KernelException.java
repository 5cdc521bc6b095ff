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

  /// @param operation verb phrase, for instance `list maps`
  /// @param cause the errno's name or another reason
  /// @param hint what the user can do
  public KernelException(Kind kind, String operation, String cause, String hint) {
    super(operation + ": " + cause + ". " + hint);
    this.kind = kind;
  }

  public Kind kind() {
    return kind;
  }
}
