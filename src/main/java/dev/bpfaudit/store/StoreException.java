package dev.bpfaudit.store;

/// The store could not be opened, read or written. The message says what was tried, why it failed,
/// and how to mend it.
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// What kind of failure it is.
  public enum Kind {
    /// There is no store at this path.
    MISSING,
    /// The file there is something else.
    NOT_A_STORE,
    /// A newer bpfaudit wrote it.
    NEWER,
    /// Another process did not let go of it.
    LOCKED,
    /// No space is left on its file system.
    FULL,
    /// What was read is not what was written.
    DAMAGED,
    /// The directory or a file in it cannot be made or changed.
    UNWRITABLE
  }

  private final Kind kind;
  private final String what;

  /// @param operation verb phrase with the path, for instance `open store /var/lib/bpfaudit`
  /// @param hint what the user can do
  StoreException(Kind kind, String operation, String reason, String hint) {
    super(operation + ": " + reason + ". " + hint);
    this.kind = kind;
    this.what = operation + ": " + reason;
  }

  StoreException(Kind kind, String operation, String reason, String hint, Throwable cause) {
    super(operation + ": " + reason + ". " + hint, cause);
    this.kind = kind;
    this.what = operation + ": " + reason;
  }

  public Kind kind() {
    return kind;
  }

  /// What was tried and why it failed, without how to mend it.
  String what() {
    return what;
  }
}
