package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.Kernel;
import dev.bpfaudit.kernel.LiveKernel;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;

/// `bpfaudit check` every so often in one JVM, for the soak command: the whole product without the
/// price of starting it. Ends when it is told to (SIGTERM).
public final class RepeatedChecks {
  private RepeatedChecks() {}

  /// @param args seconds, then arguments of the command
  public static void main(String[] args) throws InterruptedException {
    Clock clock = Clock.systemUTC();
    Kernel kernel = new LiveKernel(clock);
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    Context context =
        new Context(() -> kernel, clock, System.getenv(), new Terminal(false, false, 100));
    String[] command = java.util.Arrays.copyOfRange(args, 1, args.length);
    long every = Long.parseLong(args[0]) * 1_000_000_000;
    for (long next = System.nanoTime(); ; next += every) {
      Thread.sleep(Math.max(0, (next - System.nanoTime()) / 1_000_000));
      CommandTree.of(context, command).setOut(out).setErr(err).execute(command);
      out.flush();
      while (next + every < System.nanoTime()) {
        next += every; // missed
      }
    }
  }
}
