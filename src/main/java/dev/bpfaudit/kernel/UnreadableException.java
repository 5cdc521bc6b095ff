package dev.bpfaudit.kernel;

/// One object of the kernel could not be read. It never leaves this package: a capture turns it
/// into a fact.
final class UnreadableException extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableException(String operation, int errno) {
    super(operation + ": " + Errno.describe(errno));
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
