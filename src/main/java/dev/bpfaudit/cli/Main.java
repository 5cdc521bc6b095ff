package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.LiveKernel;
import dev.bpfaudit.report.Tool;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Objects;
import java.util.Set;
import picocli.CommandLine;

/// The entry point.
public final class Main {
  static final Tool TOOL =
      new Tool(
          "bpfaudit",
          Objects.requireNonNullElse(Main.class.getPackage().getImplementationVersion(), "dev"));

  private static final Set<String> CAPTURING = Set.of("check", "snapshot");

  private Main() {}

  public static void main(String[] args) {
    Clock clock = Clock.systemUTC();
    LiveKernel kernel = new LiveKernel(clock);
    if (args.length > 0 && CAPTURING.contains(args[0])) {
      Thread.ofPlatform().daemon().start(kernel::warmUp); // the command line takes as long
    }
    Context context = new Context(() -> kernel, clock, System.getenv(), Terminal.fromLauncher());
    StdoutWriter stdout = new StdoutWriter();
    PrintWriter out = new PrintWriter(stdout);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = execute(CommandTree.of(context, args).setOut(out).setErr(err), args);
    out.flush();
    if (stdout.failure().isPresent()) {
      err.println("bpfaudit: write standard output: " + stdout.failure().get() + ".");
      code = ExitCode.STORE;
    }
    System.exit(code);
  }

  /// The JVM itself ends with 1 after an error, which would read as a finding.
  private static int execute(CommandLine command, String... args) {
    try {
      return command.execute(args);
    } catch (OutOfMemoryError e) {
      command.getErr().println("bpfaudit: out of memory: " + e.getMessage());
      return ExitCode.UNSUPPORTED;
    } catch (Error e) {
      e.printStackTrace(command.getErr());
      return ExitCode.BUG;
    }
  }
}
