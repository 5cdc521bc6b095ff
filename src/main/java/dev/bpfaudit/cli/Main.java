package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.Kernel;
import dev.bpfaudit.kernel.LiveKernel;
import dev.bpfaudit.report.Tool;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Objects;
import java.util.function.Supplier;

/// The entry point.
public final class Main {
  static final Tool TOOL =
      new Tool(
          "bpfaudit",
          Objects.requireNonNullElse(Main.class.getPackage().getImplementationVersion(), "dev"));

  private Main() {}

  public static void main(String[] args) {
    Clock clock = Clock.systemUTC();
    Context context =
        new Context(
            once(() -> new LiveKernel(clock)), clock, System.getenv(), Terminal.fromLauncher());
    PrintWriter out = new PrintWriter(System.out, false, StandardCharsets.UTF_8);
    PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    int code = CommandTree.of(context, args).setOut(out).setErr(err).execute(args);
    out.flush();
    System.exit(code);
  }

  private static Supplier<Kernel> once(Supplier<Kernel> source) {
    return new Supplier<>() {
      private java.util.Optional<Kernel> kernel = java.util.Optional.empty();

      @Override
      public Kernel get() {
        if (kernel.isEmpty()) {
          kernel = java.util.Optional.of(source.get());
        }
        return kernel.get();
      }
    };
  }
}
