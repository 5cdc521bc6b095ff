package dev.bpfaudit.cli;

/// The command line asks for something that is not there. The message names what is.
final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
