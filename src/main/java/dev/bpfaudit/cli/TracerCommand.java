package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.CaptureRequest;
import dev.bpfaudit.kernel.Kernel;
import dev.bpfaudit.kernel.KernelException;
import dev.bpfaudit.kernel.Tracer;
import dev.bpfaudit.kernel.TracerRequest;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.TracerStatus;
import dev.bpfaudit.report.TracerState;
import dev.bpfaudit.store.Announcements;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `tracer`: what watches writes between two snapshots.
@Command(
    name = "tracer",
    header = "Watch who writes to maps: programs in the kernel, pinned, without a daemon.",
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {
      "  sudo bpfaudit tracer install        every later snapshot and check names authors",
      "  sudo bpfaudit tracer status",
      "  sudo bpfaudit tracer remove"
    })
final class TracerCommand implements Runnable {
  @Spec private CommandSpec spec = CommandSpec.create();

  /// `tracer` with its own commands.
  static CommandLine tree(Context context) {
    return new CommandLine(new TracerCommand())
        .addSubcommand(new Install(context))
        .addSubcommand(new Status(context))
        .addSubcommand(new Remove(context));
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "give install, status or remove");
  }

  private static TracerState state(Context context, Kernel kernel, Optional<TracerStatus> status) {
    var host = kernel.host();
    return status
        .<TracerState>map(present ->
            new TracerState.Present(
                host, present, context.clock().instant(), kernel.tracer().alarms()))
        .orElseGet(() -> new TracerState.Absent(host));
  }

  /// `tracer install`.
  @Command(
      name = "install",
      header = "Attach the tracer and pin it below /sys/fs/bpf/bpfaudit.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  sudo bpfaudit tracer install",
        "  sudo bpfaudit tracer install --boot",
        "  sudo bpfaudit tracer install --store ./evidence",
        "",
        "It records for one store: snapshot and check on that store read what it recorded."
      })
  static final class Install extends AuditCommand {
    @Option(
        names = "--hooks",
        paramLabel = "KIND",
        description =
            "Use only these hooks: fentry, kprobe, tracepoint. Otherwise the best this kernel allows.")
    private List<HookKind> kinds = new ArrayList<>();

    @Option(
        names = "--boot",
        description = "Also write a systemd unit that installs it at every boot.")
    private boolean boot;

    Install(Context context) {
      super(context);
    }

    @Override
    int run() {
      Path store = realStoreDirectory();
      Kernel kernel = context().kernel().get();
      write(state(context(), kernel, Optional.of(install(kernel, store))));
      if (boot) {
        Path unit = new BootUnit(BootUnit.SYSTEM).write(launcher(), store);
        say("every boot installs it: " + unit);
      }
      return ExitCode.SAME;
    }

    private TracerStatus install(Kernel kernel, Path store) {
      Tracer tracer = kernel.tracer();
      Optional<TracerStatus> installed = tracer.status();
      if (installed.isPresent()) {
        requireSameStore(installed.get(), store);
        if (installed.get().current() && !tracer.isDamaged()) {
          say("the tracer is installed already");
          return installed.get();
        }
        keepWhatWasRecorded(kernel);
        RemovalNote.leave(installed);
        tracer.remove();
      }
      Set<HookKind> wanted =
          kinds.isEmpty() ? EnumSet.allOf(HookKind.class) : EnumSet.copyOf(kinds);
      try {
        TracerStatus status =
            tracer.install(new TracerRequest(store, wanted, TracerRequest.Sizes.USUAL));
        new Announcements(store).begin(status.installation());
        return status;
      } catch (KernelException e) {
        TracerStatus byAnother = tracer.status().orElseThrow(() -> e);
        requireSameStore(byAnother, store);
        say("another bpfaudit has just installed the tracer");
        return byAnother;
      }
    }

    /// The command as it was started; the launcher says where it is.
    private static Path launcher() {
      String launcher = System.getProperty("bpfaudit.launcher", "");
      if (launcher.isEmpty()) {
        throw new UsageException(
            "--boot needs the launcher to say where it is. Start the command \"bpfaudit\".");
      }
      return Path.of(launcher);
    }

    private static void requireSameStore(TracerStatus status, Path store) {
      if (!status.store().equals(store)) {
        throw new UsageException(
            "a tracer is installed that records for the store %s. Name that one with --store, or take it away first: bpfaudit tracer remove."
                .formatted(status.store()));
      }
    }

    /// What is in the ledger belongs to a snapshot.
    private void keepWhatWasRecorded(Kernel kernel) {
      try (Recorder recorder = new Recorder(this::lockedStore, this::say)) {
        SnapshotHeader taken =
            recorder.record(kernel, new CaptureRequest(map -> true, false), progress());
        say("what the tracer had recorded is stored with snapshot @" + taken.number());
      }
    }
  }

  /// `tracer status`.
  @Command(
      name = "status",
      header = "Tell what is watched since when, and what is not.",
      footerHeading = "%nExamples:%n",
      footer = {"  sudo bpfaudit tracer status", "  sudo bpfaudit tracer status --verbose"})
  static final class Status extends AuditCommand {
    Status(Context context) {
      super(context);
    }

    @Override
    int run() {
      Kernel kernel = context().kernel().get();
      write(state(context(), kernel, kernel.tracer().status()));
      return ExitCode.SAME;
    }
  }

  /// `tracer remove`.
  @Command(
      name = "remove",
      header = "Take the tracer away; what it recorded since the last snapshot is lost.",
      footerHeading = "%nExample:%n",
      footer = "  sudo bpfaudit snapshot && sudo bpfaudit tracer remove")
  static final class Remove extends AuditCommand {
    Remove(Context context) {
      super(context);
    }

    @Override
    int run() {
      Tracer tracer = context().kernel().get().tracer();
      Optional<TracerStatus> installed = readable(tracer);
      RemovalNote.leave(installed); // before: a check may come in between
      if (!tracer.remove()) {
        say("no tracer is installed");
      }
      if (new BootUnit(BootUnit.SYSTEM).remove()) {
        say("no boot installs it any more");
      }
      return ExitCode.SAME;
    }

    /// One that cannot be read any more is taken away all the same.
    private static Optional<TracerStatus> readable(Tracer tracer) {
      try {
        return tracer.status();
      } catch (KernelException e) {
        return Optional.empty();
      }
    }
  }
}
