package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.KernelException;
import dev.bpfaudit.model.KernelText;
import dev.bpfaudit.store.StoreException;
import java.io.PrintWriter;
import java.util.List;
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

  static CommandLine of(Context context) {
    CommandLine root = new CommandLine(new BpfAudit());
    List.of(
            new CheckCommand(context),
            new SnapshotCommand(context),
            new DiffCommand(context),
            new LogCommand(context),
            new MapsCommand(context),
            new ShowCommand(context),
            new VerifyCommand(context),
            new DoctorCommand(context),
            new SchemaCommand(context),
            new DemoCommand(context))
        .forEach(root::addSubcommand);
    root.addSubcommand(
        new CommandLine(new BaselineCommand())
            .addSubcommand(new BaselineCommand.SetBaseline(context))
            .addSubcommand(new BaselineCommand.ShowBaseline(context)));
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
      return switch (exception) {
        case UsageException e -> fail(command, ExitCode.USAGE, message(e));
        case StoreException e -> fail(command, ExitCode.STORE, message(e));
        case Output.OutputException e -> fail(command, ExitCode.STORE, message(e));
        case KernelException e -> {
          int code =
              switch (e.kind()) {
                case NOT_PERMITTED -> ExitCode.NOT_PERMITTED;
                case UNSUPPORTED -> ExitCode.UNSUPPORTED;
              };
          yield fail(command, code, message(e));
        }
        default -> {
          exception.printStackTrace(command.getErr());
          yield fail(
              command,
              ExitCode.BUG,
              "this is a bug in bpfaudit; please report the lines above. Nothing was stored by"
                  + " halves.");
        }
      };
    }

    private static String message(Exception e) {
      return String.valueOf(e.getMessage());
    }
  }
}
