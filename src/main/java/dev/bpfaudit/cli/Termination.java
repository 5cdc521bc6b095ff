package dev.bpfaudit.cli;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// SIGINT, SIGTERM and SIGHUP end the command instead of the process: the JVM runs its shutdown
/// hooks on them, and this one waits until the command has ended and leaves with its exit code.
final class Termination implements Pace {
  /// The unit in `samples/` lets systemd kill after 180 s. The tracer is removed hook by hook.
  private static final long PATIENCE_SECONDS = 170;

  private final CountDownLatch told = new CountDownLatch(1);
  private final CountDownLatch done = new CountDownLatch(1);
  private final PrintWriter err;
  private volatile int code;

  Termination(PrintWriter err) {
    this.err = err;
    Runtime.getRuntime().addShutdownHook(new Thread(this::leave, "termination"));
  }

  private void leave() {
    if (done.getCount() == 0) {
      return; // the process ends by itself, with its code
    }
    told.countDown();
    try {
      if (done.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        Runtime.getRuntime().halt(code);
      }
      err.println(
          "bpfaudit: it did not come to an end within "
              + PATIENCE_SECONDS
              + " s. A check that was not stored is dropped; the tracer may be there still:"
              + " bpfaudit tracer remove.");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// The command has ended.
  void done(int exitCode) {
    code = exitCode;
    done.countDown();
  }

  @Override
  public void pause(long nanos) {
    try {
      boolean _ = told.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean ended() {
    return told.getCount() == 0;
  }
}
