package dev.bpfaudit.report;

import dev.bpfaudit.attribution.MapAttribution;
import dev.bpfaudit.diff.EntryChange;
import dev.bpfaudit.diff.MapChange;
import dev.bpfaudit.model.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Tells whether a report says anything that another one did not.
public final class FindingsDigest {
  private final MessageDigest sha256;

  private FindingsDigest() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }

  /// Digest of all that was found: what differs, who made it so, and alarms. Which snapshots were
  /// compared, and when, does not count. It is good within one process.
  public static Bytes of(AuditReport report) {
    FindingsDigest digest = new FindingsDigest();
    report.alarms().forEach(raised -> digest.take(raised.alarm()));
    switch (report) {
      case AuditReport.Initial _ -> {}
      case AuditReport.Compared compared -> {
        for (MapChange change : compared.changes()) {
          digest.take(MapFinding.of(change), compared.attribution().of(change));
        }
      }
    }
    return Bytes.of(digest.sha256.digest());
  }

  private void take(MapFinding finding, MapAttribution who) {
    take(finding.kind());
    take(finding.map().id());
    take(String.valueOf(finding.previousId()));
    take(String.valueOf(finding.reason()));
    take(finding.attributes());
    take(who.map());
    for (EntryChange change : finding.entries()) {
      take(change);
      take(who.entry(change));
    }
    take(who.transients());
  }

  private void take(Object fact) {
    sha256.update(fact.toString().getBytes(StandardCharsets.UTF_8));
    sha256.update((byte) 0);
  }
}
