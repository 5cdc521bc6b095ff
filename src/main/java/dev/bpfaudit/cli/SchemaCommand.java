package dev.bpfaudit.cli;

import dev.bpfaudit.report.Document;
import dev.bpfaudit.report.Schemas;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `schema`: the JSON schemas of what the commands print.
@Command(
    name = "schema",
    header = "Print the JSON schema of a command's output, or list the schemas.",
    footerHeading = "%nExamples:%n",
    footer = {"  bpfaudit schema", "  bpfaudit schema report > report.schema.json"})
final class SchemaCommand extends AuditCommand {
  @Parameters(arity = "0..1", paramLabel = "NAME", description = "For instance: report.")
  private @Nullable String name;

  SchemaCommand(Context context) {
    super(context);
  }

  @Override
  int run() {
    if (name == null) {
      write(new Document.SchemaList(Schemas.names()));
      return ExitCode.SAME;
    }
    if (!Schemas.names().contains(name)) {
      throw new UsageException(
          "no schema '"
              + name
              + "'"
              + Nearest.hint(name, Schemas.names())
              + ". There are: "
              + String.join(", ", Schemas.names())
              + ".");
    }
    writeText(Schemas.text(name));
    return ExitCode.SAME;
  }
}
