package dev.bpfaudit.store;

import dev.bpfaudit.store.StoreException.Kind;
import java.io.IOException;

/// Turns what H2 and the file system throw into [StoreException]s of the right kind.
final class Failures {
  private static final String NO_SPACE = "No space left on device";
  private static final String QUOTA = "Disk quota exceeded";
  private static final String READ_ONLY = "Read-only file system";

  private Failures() {}

  /// @param otherwise the kind if the cause does not tell
  static StoreException of(String operation, Throwable failure, Kind otherwise) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof StoreException known) {
        return known;
      }
      String message = String.valueOf(at.getMessage());
      if (message.contains(NO_SPACE) || message.contains(QUOTA)) {
        return of(Kind.FULL, operation, "the disk is full", failure);
      }
      if (message.contains(READ_ONLY)) {
        return of(Kind.UNWRITABLE, operation, READ_ONLY, failure);
      }
    }
    return of(otherwise, operation, reason(failure), failure);
  }

  static StoreException of(Kind kind, String operation, String reason, Throwable cause) {
    return new StoreException(kind, operation, reason, hint(kind), cause);
  }

  static StoreException damaged(String operation, String reason) {
    return new StoreException(Kind.DAMAGED, operation, reason, hint(Kind.DAMAGED));
  }

  private static String reason(Throwable failure) {
    String text =
        failure instanceof IOException io ? StoreDirectory.reason(io) : failure.toString();
    int line = text.indexOf('\n');
    return line < 0 ? text : text.substring(0, line);
  }

  private static String hint(Kind kind) {
    return switch (kind) {
      case MISSING -> "Run 'bpfaudit snapshot' first.";
      case NOT_A_STORE -> "Name another directory with --store.";
      case NEWER -> "Use the newer bpfaudit.";
      case LOCKED -> "Wait for it to end, or end it.";
      case FULL -> "Free space there; what was stored before is kept.";
      case DAMAGED ->
          "Keep the directory as evidence and restore a copy, or begin a new store with --store.";
      case UNWRITABLE -> "Run as its owner, or name another directory with --store.";
    };
  }
}
