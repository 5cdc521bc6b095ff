package dev.bpfaudit.lab;

/// How one test ended.
sealed interface Outcome {
  record Passed() implements Outcome {}

  /// @param what message and stack trace
  record Failed(String what) implements Outcome {}

  record Skipped(String reason) implements Outcome {}
}
