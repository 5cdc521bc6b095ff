package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.Kernel;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.report.AuditReport;
import dev.bpfaudit.report.FindingsDigest;
import dev.bpfaudit.report.Notice;
import dev.bpfaudit.report.Run;
import dev.bpfaudit.store.Store;
import dev.bpfaudit.store.StoreException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// The checks of `watch`, one a beat. The store is open for the length of one, so that others can
/// work with it in between. A check that fails is told and ends nothing but itself, unless it is
/// the first: what cannot even begin is for the user to mend.
final class WatchCycle {
  private final AuditCommand command;
  private final Check check;
  private final Kernel kernel;
  private final LiveFeed feed;
  private final WatchStream stream;
  private final BooleanSupplier goesOn;

  private Optional<SnapshotHeader> last = Optional.empty();
  private Optional<Bytes> told = Optional.empty();
  private long checks;
  private int found;
  private int failed;
  private String summary = "";

  /// @param goesOn false once it is no use to wait for the store any longer
  WatchCycle(
      AuditCommand command,
      Check check,
      Kernel kernel,
      LiveFeed feed,
      WatchStream stream,
      BooleanSupplier goesOn) {
    this.command = command;
    this.check = check;
    this.kernel = kernel;
    this.feed = feed;
    this.stream = stream;
    this.goesOn = goesOn;
  }

  /// Checks, and tells what is new.
  ///
  /// @param before what is to be done first, and may fail as the check may
  void run(Runnable before) {
    checks++;
    stream.status("checking");
    try {
      before.run();
      checked();
      failed = ExitCode.SAME;
    } catch (RuntimeException e) {
      boolean locked =
          e instanceof StoreException store && store.kind() == StoreException.Kind.LOCKED;
      if (checks == 1 && !locked) {
        throw e;
      }
      fail(ExitCode.of(e), e);
    } catch (OutOfMemoryError e) {
      fail(ExitCode.UNSUPPORTED, e);
    }
  }

  private void fail(int code, Throwable why) {
    failed = code;
    if (code == ExitCode.BUG) {
      why.printStackTrace(command.err());
    }
    summary = "the last check failed";
    stream.notice(Notice.Kind.FAILED, "check failed: " + why.getMessage());
  }

  /// What the command ends with: all that was found, or why the last check failed.
  int exitCode() {
    return failed != ExitCode.SAME ? failed : found;
  }

  long checks() {
    return checks;
  }

  /// Does what follows a check, if that came to its end and what was recorded is stored. A failure
  /// ends nothing but itself.
  void then(Runnable next) {
    if (failed != ExitCode.SAME) {
      return;
    }
    try {
      next.run();
    } catch (RuntimeException e) {
      fail(ExitCode.of(e), e);
    }
  }

  /// The last check in a few words.
  String summary() {
    return summary;
  }

  private void checked() {
    Instant startedAt = command.context().clock().instant();
    Supplier<Run> run =
        () ->
            new Run(
                UUID.randomUUID().toString(),
                "watch",
                startedAt,
                command.context().clock().instant());
    try (Recorder recorder = new Recorder(this::locked, stream::say)) {
      ProgressLine progress = ProgressLine.hidden(command.err(), feed::poll);
      AuditReport report = check.run(kernel, recorder, progress, last, run);
      if (checks == 1) {
        sayWhatIsNotThere(report);
      }
      long before = last.map(SnapshotHeader::number).orElse(report.to().header().number() - 1);
      last = Optional.of(report.to().header());
      feed.learn(report.to().capture());
      feed.look(); // what was counted before the drain comes before the report
      feed.catchUp(recorder.store(), before, report.to().header().number());
      tell(report);
    }
  }

  /// A map that is named may come later.
  private void sayWhatIsNotThere(AuditReport report) {
    try {
      check.requireMatches(report);
    } catch (UsageException e) {
      stream.say(e.getMessage() + " It is told of when it comes.");
    }
  }

  /// The store, waited for with an eye on the writes.
  private Supplier<Store> locked() {
    return Store.locked(
        command.storeDirectory(),
        stream::say,
        () -> {
          feed.poll();
          return goesOn.getAsBoolean();
        });
  }

  private void tell(AuditReport report) {
    int bits = ExitCode.of(report);
    Bytes digest = FindingsDigest.of(report);
    boolean isNew = bits != ExitCode.SAME && !told.equals(Optional.of(digest));
    boolean isOver = bits == ExitCode.SAME && found != 0 && told.isPresent();
    found |= bits;
    told = bits == ExitCode.SAME ? Optional.empty() : Optional.of(digest);
    summary = summary(report, bits, isNew);
    stream.report(report, isNew || report instanceof AuditReport.Initial);
    boolean begins = checks == 1 && report instanceof AuditReport.Compared;
    if (begins || isOver || command.options().verbose()) {
      stream.say(summary);
    }
  }

  private static String summary(AuditReport report, int bits, boolean isNew) {
    SnapshotHeader to = report.to().header();
    String which = "@" + to.number() + " " + time(to.takenAt()) + ": " + maps(to.maps());
    return switch (report) {
      case AuditReport.Initial _ -> which + ", nothing to compare with yet";
      case AuditReport.Compared compared -> {
        String from = "@" + compared.diff().from().header().number();
        yield bits == ExitCode.SAME
            ? which + ", nothing differs from " + from
            : which + ", differs from " + from + (isNew ? "" : " as told before");
      }
    };
  }

  private static String maps(long count) {
    return count == 1 ? "1 map" : count + " maps";
  }

  private static String time(Instant at) {
    String text = at.truncatedTo(ChronoUnit.SECONDS).toString();
    return text.substring(text.indexOf('T') + 1);
  }
}
