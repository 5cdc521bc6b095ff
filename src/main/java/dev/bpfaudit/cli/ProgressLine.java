package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.Progress;
import dev.bpfaudit.model.KernelText;
import java.io.PrintWriter;
import java.util.Locale;

/// One line on a terminal that says how far a capture has come, shown once it takes long.
final class ProgressLine implements Progress, AutoCloseable {
  private static final long PATIENCE_NANOS = 500_000_000;
  private static final long BETWEEN_NANOS = 100_000_000;

  private final PrintWriter err;
  private final boolean shown;
  private final int columns;
  private final Runnable meanwhile;
  private long next = System.nanoTime() + PATIENCE_NANOS;
  private boolean dirty;

  ProgressLine(PrintWriter err, boolean shown, int columns) {
    this(err, shown, columns, () -> {});
  }

  private ProgressLine(PrintWriter err, boolean shown, int columns, Runnable meanwhile) {
    this.err = err;
    this.shown = shown;
    this.columns = columns;
    this.meanwhile = meanwhile;
  }

  /// Shows nothing.
  ///
  /// @param meanwhile done before each map is read
  static ProgressLine hidden(PrintWriter err, Runnable meanwhile) {
    return new ProgressLine(err, false, 0, meanwhile);
  }

  @Override
  public void reading(int done, int total, String name) {
    meanwhile.run();
    long now = System.nanoTime();
    if (!shown || now - next < 0) {
      return;
    }
    next = now + BETWEEN_NANOS;
    dirty = true;
    String line =
        String.format(
            Locale.ROOT, "reading map %d of %d  %s", done + 1, total, KernelText.printable(name));
    err.print("\r\u001b[2K" + line.substring(0, Math.min(line.length(), columns - 1)));
    err.flush();
  }

  @Override
  public void close() {
    if (dirty) {
      err.print("\r\u001b[2K");
      err.flush();
    }
  }
}
