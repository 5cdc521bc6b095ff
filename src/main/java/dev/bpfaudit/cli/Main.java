package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.Kernel;
import dev.bpfaudit.kernel.LiveKernel;
import dev.bpfaudit.report.Tool;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import picocli.CommandLine;

/// The entry point.
public final class Main {
  static final Tool TOOL =
      new Tool(
          "bpfaudit",
          Objects.requireNonNullElse(Main.class.getPackage().getImplementationVersion(), "dev"));

  private Main() {}

  public static void main(String[] args) {
    Clock clock = Clock.systemUTC();
    StdoutWriter stdout = new StdoutWriter();
    PrintWriter out = new PrintWriter(stdout);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    List<Termination> waiting = new ArrayList<>();
    Context context =
        new Context(
            once(() -> new LiveKernel(clock)),
            clock,
            System.getenv(),
            Terminal.fromLauncher(),
            () -> {
              waiting.add(new Termination(err));
              return waiting.getLast();
            });
    int code = execute(CommandTree.of(context, args).setOut(out).setErr(err), args);
    out.flush();
    if (stdout.failure().isPresent()) {
      err.println("bpfaudit: write standard output: " + stdout.failure().get() + ".");
      code = ExitCode.STORE;
    }
    for (Termination each : waiting) {
      each.done(code);
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

  private static Supplier<Kernel> once(Supplier<Kernel> source) {
    return new Supplier<>() {
      private Optional<Kernel> kernel = Optional.empty();

      @Override
      public Kernel get() {
        if (kernel.isEmpty()) {
          kernel = Optional.of(source.get());
        }
        return kernel.get();
      }
    };
  }
}
