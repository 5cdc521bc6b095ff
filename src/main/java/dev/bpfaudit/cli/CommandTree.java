package dev.bpfaudit.cli;

import dev.bpfaudit.model.KernelText;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// All commands, and what each error becomes: one line of what, why and how to mend it, and an exit
/// code.
final class CommandTree {
  private CommandTree() {}

  private static final Map<String, Function<Context, Object>> COMMANDS = commands();

  private static Map<String, Function<Context, Object>> commands() {
    Map<String, Function<Context, Object>> commands = new LinkedHashMap<>();
    commands.put("check", CheckCommand::new);
    commands.put("watch", WatchCommand::new);
    commands.put("snapshot", SnapshotCommand::new);
    commands.put("diff", DiffCommand::new);
    commands.put("log", LogCommand::new);
    commands.put("maps", MapsCommand::new);
    commands.put("show", ShowCommand::new);
    commands.put("baseline", BaselineCommand::tree);
    commands.put("tracer", TracerCommand::tree);
    commands.put("verify", VerifyCommand::new);
    commands.put("doctor", DoctorCommand::new);
    commands.put("schema", SchemaCommand::new);
    commands.put("demo", DemoCommand::new);
    return commands;
  }

  /// The command line with all commands; with only the one that `arguments` begin with, if they do,
  /// because reading the annotations of the others takes longer than most commands do.
  static CommandLine of(Context context, String... arguments) {
    CommandLine root = new CommandLine(new BpfAudit());
    String first = arguments.length == 0 ? "" : arguments[0];
    COMMANDS.forEach((name, command) -> {
      if (first.equals(name) || !COMMANDS.containsKey(first)) {
        root.addSubcommand(name, command.apply(context));
      }
    });
    return root.setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(100)
        .setUsageHelpAutoWidth(true)
        .setParameterExceptionHandler(new Misused())
        .setExecutionExceptionHandler(new Failed());
  }

  private static int fail(CommandLine command, int code, String message) {
    PrintWriter err = command.getErr();
    err.println("bpfaudit: " + KernelText.printable(message));
    err.flush();
    return code;
  }

  private static final class Misused implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException e, String[] args) {
      CommandLine command = e.getCommandLine();
      fail(command, ExitCode.USAGE, e.getMessage() + nearest(e, command.getCommandSpec()));
      command.getErr().println("Try: " + command.getCommandSpec().qualifiedName() + " --help");
      command.getErr().flush();
      return ExitCode.USAGE;
    }

    private static String nearest(ParameterException e, CommandSpec spec) {
      if (!(e instanceof UnmatchedArgumentException unmatched)) {
        return "";
      }
      String word = unmatched.getUnmatched().getFirst();
      return Nearest.hint(
          word, word.startsWith("-") ? spec.optionsMap().keySet() : spec.subcommands().keySet());
    }
  }

  private static final class Failed implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(
        Exception exception, CommandLine command, ParseResult result) {
      int code = ExitCode.of(exception);
      if (code != ExitCode.BUG) {
        return fail(command, code, String.valueOf(exception.getMessage()));
      }
      exception.printStackTrace(command.getErr());
      return fail(
          command,
          code,
          "this is a bug in bpfaudit; please report the lines above. Nothing was stored by"
              + " halves.");
    }
  }
}
