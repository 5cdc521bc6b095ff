package dev.bpfaudit.cli;

import dev.bpfaudit.report.Format;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options that every command has.
final class CommonOptions {
  private static final Path DEFAULT_STORE = Path.of("/var/lib/bpfaudit");

  enum Color {
    auto,
    always,
    never
  }

  @Option(
      names = "--store",
      paramLabel = "DIR",
      description = "Where snapshots are kept. Default: $BPFAUDIT_STORE, else /var/lib/bpfaudit.")
  private @Nullable Path store;

  @Option(
      names = "--format",
      paramLabel = "text|json|jsonl",
      description = "How the result is written. Default: ${DEFAULT-VALUE}.",
      defaultValue = "text")
  private Format format = Format.TEXT;

  @Option(
      names = "--output",
      paramLabel = "FILE",
      description = "Write the result to FILE, whole or not at all, mode 0600.")
  private @Nullable Path output;

  @Option(
      names = "--color",
      paramLabel = "auto|always|never",
      description = "Default: ${DEFAULT-VALUE}, which is off unless the result goes to a terminal.",
      defaultValue = "auto")
  private Color color = Color.auto;

  @Option(
      names = {"-q", "--quiet"},
      description = "Say nothing on standard error but errors.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      description = "Fold nothing.")
  private boolean verbose;

  Path store(Map<String, String> environment) {
    if (store != null && store.toString().isEmpty()) {
      throw new UsageException("--store is empty. Give it a directory.");
    }
    if (store != null) {
      return store;
    }
    String fromEnvironment = environment.getOrDefault("BPFAUDIT_STORE", "");
    return fromEnvironment.isEmpty() ? DEFAULT_STORE : Path.of(fromEnvironment);
  }

  Format format() {
    return format;
  }

  Optional<Path> output() {
    return Optional.ofNullable(output);
  }

  boolean quiet() {
    return quiet;
  }

  boolean verbose() {
    return verbose;
  }

  boolean colored(Context context) {
    return switch (color) {
      case always -> true;
      case never -> false;
      case auto ->
          output == null
              && context.terminal().stdout()
              && context.environment().getOrDefault("NO_COLOR", "").isEmpty()
              && !"dumb".equals(context.environment().get("TERM"));
    };
  }
}
