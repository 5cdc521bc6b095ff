package dev.bpfaudit.cli;

import dev.bpfaudit.report.Document;
import dev.bpfaudit.report.Renderer;
import dev.bpfaudit.report.Run;
import dev.bpfaudit.report.TextStyle;
import dev.bpfaudit.store.Store;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// What all commands share: their options, where they write, what they are called in a report.
abstract class AuditCommand implements Callable<Integer> {
  private final Context context;
  private final Instant startedAt;
  @Mixin private CommonOptions options = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  AuditCommand(Context context) {
    this.context = context;
    this.startedAt = context.clock().instant();
  }

  /// Does the work and returns the exit code.
  abstract int run();

  @Override
  public final Integer call() {
    if (output() instanceof Output.ToFile file) {
      file.requireWritable();
    }
    return run();
  }

  final Context context() {
    return context;
  }

  final CommonOptions options() {
    return options;
  }

  final Path storeDirectory() {
    return options.store(context.environment());
  }

  /// The store, made if need be, locked now and opened when called.
  final Supplier<Store> lockedStore() {
    return Store.locked(storeDirectory(), this::say, () -> true);
  }

  /// Where the store is, which is made if there is none.
  final Path realStoreDirectory() {
    try (Store store = lockedStore().get()) {
      return store.directory();
    }
  }

  final Store openExistingStore() {
    return Store.openExisting(storeDirectory(), this::say);
  }

  /// One line of talk on standard error.
  final void say(String line) {
    if (!options.quiet()) {
      complain(line);
    }
  }

  /// One line that must be heard on standard error.
  final void complain(String line) {
    err().println("bpfaudit: " + line);
    err().flush();
  }

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  final ProgressLine progress() {
    boolean shown = context.terminal().stderr() && !options.quiet();
    return new ProgressLine(err(), shown, context.terminal().columns());
  }

  final void write(Document document) {
    Renderer renderer = new Renderer(Main.TOOL, style());
    output().write(writer -> renderer.render(document, options.format(), writer));
  }

  final TextStyle style() {
    boolean toFile = options.output().isPresent();
    int columns = toFile || !context.terminal().stdout() ? 100 : context.terminal().columns();
    return new TextStyle(options.colored(context), columns, options.verbose());
  }

  /// Writes text that is no document of ours, such as a schema.
  final void writeText(String text) {
    output().write(writer -> writer.write(text));
  }

  private Output output() {
    return options
        .output()
        .<Output>map(Output.ToFile::new)
        .orElseGet(() -> new Output.Stdout(out()));
  }

  /// This run, ended now.
  final Run ranAs(String command) {
    return new Run(UUID.randomUUID().toString(), command, startedAt, context.clock().instant());
  }
}
