package dev.bpfaudit.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// `bpfaudit` itself: names the commands.
@Command(
    name = "bpfaudit",
    header = "Tells what changed inside the eBPF maps of this host, since when.",
    versionProvider = BpfAudit.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sudo bpfaudit check                      compare with the baseline, else the last snapshot",
      "  sudo bpfaudit watch                      look on live, with a check a minute",
      "  sudo bpfaudit baseline set               accept the newest snapshot as good",
      "  sudo bpfaudit diff --since 2h            what changed in the last two hours",
      "  sudo bpfaudit diff @3 @7 --format json   compare two stored snapshots",
      "  sudo bpfaudit show allow_list            print a map as it is now",
      "  sudo bpfaudit show allow_list --at @3    print it as it was",
      "",
      "Exit codes: 0 nothing differs; findings add up: 1 added, 2 removed, 4 changed, 8 a map could",
      "not be read. 64 usage, 69 this machine cannot, 70 bug, 74 store or file, 77 not permitted."
    })
final class BpfAudit implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version.")
  @SuppressWarnings("UnusedVariable") // picocli acts on it
  private boolean version;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "give a command, for instance: check");
  }

  /// Reads the version from the jar.
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {Main.TOOL.name() + " " + Main.TOOL.version()};
    }
  }
}
