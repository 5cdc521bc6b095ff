package dev.bpfaudit.cli;

import dev.bpfaudit.diff.MapChange;
import dev.bpfaudit.kernel.KernelException;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.report.AuditReport;
import dev.bpfaudit.store.StoreException;

/// What a command's exit code says. The low bits are findings and add up; from 64 on they are
/// errors and stand alone.
final class ExitCode {
  static final int SAME = 0;
  static final int ADDED = 1;
  static final int REMOVED = 2;
  static final int CHANGED = 4;
  static final int UNREAD = 8;
  static final int USAGE = 64;
  static final int UNSUPPORTED = 69;
  static final int BUG = 70;
  static final int STORE = 74;
  static final int NOT_PERMITTED = 77;

  private ExitCode() {}

  /// The bits of everything that differs, and of what was found besides.
  static int of(AuditReport report) {
    int bits = report.alarms().isEmpty() ? SAME : CHANGED;
    if (report instanceof AuditReport.Compared compared) {
      for (MapChange change : compared.changes()) {
        bits |= of(change);
        if (!compared.attribution().of(change).transients().isEmpty()) {
          bits |= CHANGED;
        }
      }
    }
    return bits;
  }

  /// Of a failure.
  static int of(Exception failure) {
    return switch (failure) {
      case UsageException _ -> USAGE;
      case StoreException _, Output.OutputException _ -> STORE;
      case KernelException e ->
          switch (e.kind()) {
            case NOT_PERMITTED -> NOT_PERMITTED;
            case UNSUPPORTED -> UNSUPPORTED;
          };
      default -> BUG;
    };
  }

  private static int of(MapChange change) {
    return switch (change) {
      case MapChange.Added added -> ADDED | (isUnread(added.now().contents()) ? UNREAD : 0);
      case MapChange.Removed _ -> REMOVED;
      case MapChange.Compared compared -> {
        var entries = compared.entries();
        boolean mapChanged = compared.replaced() || !compared.attributes().isEmpty();
        yield (entries.added() > 0 ? ADDED : 0)
            | (entries.removed() > 0 ? REMOVED : 0)
            | (entries.changed() > 0 || mapChanged ? CHANGED : 0);
      }
      case MapChange.NotComparable not ->
          (not.unread() ? UNREAD : 0)
              | (not.replaced() || !not.attributes().isEmpty() ? CHANGED : 0);
    };
  }

  private static boolean isUnread(Contents contents) {
    return contents instanceof Contents.Unreadable || contents instanceof Contents.Partial;
  }
}
