package dev.bpfaudit.cli;

/// Where the two output streams lead, as the launcher found it.
///
/// @param stdout whether standard output is a terminal
/// @param stderr whether standard error is one
/// @param columns width of the terminal in characters
record Terminal(boolean stdout, boolean stderr, int columns) {
  private static final int USUAL_COLUMNS = 100;

  /// Reads what the launcher passed on.
  static Terminal fromLauncher() {
    return new Terminal(
        Boolean.getBoolean("bpfaudit.stdout.terminal"),
        Boolean.getBoolean("bpfaudit.stderr.terminal"),
        Math.max(40, Integer.getInteger("bpfaudit.columns", USUAL_COLUMNS)));
  }
}
