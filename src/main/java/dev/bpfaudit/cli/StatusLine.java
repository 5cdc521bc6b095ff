package dev.bpfaudit.cli;

import java.io.PrintWriter;

/// One line at the foot of a terminal that says that all is well. It gives way to whatever is
/// printed.
final class StatusLine {
  private static final String CLEAR = "\r\u001b[2K";

  private final PrintWriter err;
  private final boolean shown;
  private final int columns;
  private String now = "";

  /// @param shown whether there is a terminal to show it on
  StatusLine(PrintWriter err, boolean shown, int columns) {
    this.err = err;
    this.shown = shown;
    this.columns = columns;
  }

  /// Shows `text` instead of what was shown.
  void show(String text) {
    if (shown && !text.equals(now)) {
      err.print(CLEAR + text.substring(0, Math.min(text.length(), columns - 1)));
      err.flush();
      now = text;
    }
  }

  /// Takes the line away.
  void clear() {
    if (!now.isEmpty()) {
      err.print(CLEAR);
      err.flush();
      now = "";
    }
  }
}
