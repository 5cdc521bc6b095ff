package dev.bpfaudit.cli;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Verification;
import dev.bpfaudit.report.Document;
import dev.bpfaudit.store.Store;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `verify`: walks the hash chain and restores every table.
@Command(
    name = "verify",
    header = "Check that the stored history is whole and unaltered.",
    footerHeading = "%nExamples:%n",
    footer = {
      "  bpfaudit verify",
      "  bpfaudit verify --expect 5f2c…e1     a hash from an old report that was kept elsewhere",
      "",
      "Root can rewrite a whole chain; only a hash kept on another machine proves that nobody did.",
      "Exits 74 if anything does not fit."
    })
final class VerifyCommand extends AuditCommand {
  private static final int HASH_BYTES = 32;

  @Option(
      names = "--expect",
      paramLabel = "HASH",
      description = "Fail unless this link is in the chain: from.hash or to.hash of a report.")
  private @Nullable String expect;

  VerifyCommand(Context context) {
    super(context);
  }

  @Override
  int run() {
    Optional<Bytes> expected = Optional.ofNullable(expect).map(VerifyCommand::parseHash);
    try (Store store = openExistingStore()) {
      Verification verification = store.verify(expected);
      write(new Document.VerifyResult(verification, expected.orElse(null)));
      return verification.faults().isEmpty() ? ExitCode.SAME : ExitCode.STORE;
    }
  }

  private static Bytes parseHash(String hex) {
    if (!hex.matches("[0-9a-fA-F]{" + 2 * HASH_BYTES + "}")) {
      throw new UsageException(
          "--expect takes a hash of 64 hex digits, as from.hash and to.hash of a report show it.");
    }
    return Bytes.fromHex(hex);
  }
}
