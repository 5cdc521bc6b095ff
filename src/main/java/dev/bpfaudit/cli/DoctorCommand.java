package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.Kernel;
import dev.bpfaudit.report.Document;
import picocli.CommandLine.Command;

/// `doctor`: what this kernel allows.
@Command(
    name = "doctor",
    header = "Tell what works on this kernel, and why the rest does not.",
    footerHeading = "%nExamples:%n",
    footer = {"  sudo bpfaudit doctor", "  sudo bpfaudit doctor --format json"})
final class DoctorCommand extends AuditCommand {
  DoctorCommand(Context context) {
    super(context);
  }

  @Override
  int run() {
    Kernel kernel = context().kernel().get();
    write(new Document.DoctorResult(kernel.host(), kernel.probe()));
    return ExitCode.SAME;
  }
}
