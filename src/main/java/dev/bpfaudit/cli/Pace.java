package dev.bpfaudit.cli;

/// How a command that runs until it is told to end passes the time.
interface Pace {
  /// Waits `nanos`, or less if the process is told to end.
  void pause(long nanos);

  /// Whether the process was told to end.
  boolean ended();
}
