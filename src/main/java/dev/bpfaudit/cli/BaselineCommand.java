package dev.bpfaudit.cli;

import dev.bpfaudit.model.Baseline;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.report.BaselineState;
import dev.bpfaudit.store.Store;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `baseline`: which stored state counts as good.
@Command(
    name = "baseline",
    header = "Accept a stored snapshot as good; check compares with it from then on.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sudo bpfaudit baseline set          accept the newest snapshot",
      "  sudo bpfaudit baseline set @12      accept snapshot 12",
      "  sudo bpfaudit baseline show"
    })
final class BaselineCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /// `baseline` with its own commands.
  static CommandLine tree(Context context) {
    return new CommandLine(new BaselineCommand())
        .addSubcommand(new SetBaseline(context))
        .addSubcommand(new ShowBaseline(context));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "give set or show");
  }

  /// `baseline set [WHEN]`.
  @Command(
      name = "set",
      header = "Accept a stored snapshot, the newest unless given.",
      footerHeading = "%nExample:%n",
      footer = "  sudo bpfaudit baseline set @12")
  static final class SetBaseline extends AuditCommand {
    @Parameters(arity = "0..1", paramLabel = "WHEN", description = When.FORMS + ".")
    private @Nullable String when;

    SetBaseline(Context context) {
      super(context);
    }

    @Override
    int run() {
      When wanted = when == null ? new When.Newest() : When.parse(when);
      try (Store store = openExistingStore()) {
        History history = History.of(store, context());
        SnapshotHeader header = history.find(wanted, context().clock().instant());
        Baseline baseline = store.setBaseline(header, context().clock().instant());
        write(new BaselineState.Present(baseline));
        return ExitCode.SAME;
      }
    }
  }

  /// `baseline show`.
  @Command(
      name = "show",
      header = "Tell which snapshot is the baseline.",
      footerHeading = "%nExample:%n",
      footer = "  sudo bpfaudit baseline show --format json")
  static final class ShowBaseline extends AuditCommand {
    ShowBaseline(Context context) {
      super(context);
    }

    @Override
    int run() {
      try (Store store = openExistingStore()) {
        write(
            History.of(store, context())
                .baseline()
                .<BaselineState>map(BaselineState.Present::new)
                .orElseGet(BaselineState.Absent::new));
        return ExitCode.SAME;
      }
    }
  }
}
