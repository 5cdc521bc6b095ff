package dev.bpfaudit.scenario;

/// Less was told than had happened, and nothing else.
final class Missed extends AssertionError {
  private static final long serialVersionUID = 1;

  Missed(String message) {
    super(message);
  }
}
