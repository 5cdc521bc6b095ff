package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.KernelException;
import dev.bpfaudit.kernel.Tracer;
import dev.bpfaudit.kernel.TracerRequest;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.TracerStatus;
import dev.bpfaudit.report.Notice;
import dev.bpfaudit.store.Announcements;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;

/// The tracer while `watch` runs: the one that is installed, else one of its own, which it takes
/// away in the end. One that somebody removes meanwhile is installed again with the next check, and
/// its own, when a check finds it damaged, after that check.
final class WatchTracer {
  /// Whatever damages it again and again is not mended by putting it anew.
  private static final int MOST_RENEWALS = 3;

  private final Tracer tracer;
  private final boolean installs;
  private final WatchStream stream;
  private Optional<Bytes> own = Optional.empty();
  private Optional<Bytes> known = Optional.empty();
  private int failures;
  private int renewals;
  private String trouble = "";

  /// @param installs whether to install one where there is none
  WatchTracer(Tracer tracer, boolean installs, WatchStream stream) {
    this.tracer = tracer;
    this.installs = installs;
    this.stream = stream;
  }

  /// Installs a tracer if there is none.
  ///
  /// @param store the directory it is to record for
  /// @return what is installed now
  Optional<Bytes> ensure(Path store) {
    try {
      Optional<TracerStatus> installed = tracer.status();
      failures = 0;
      if (installed.isPresent()) {
        describe(installed.get(), store);
      } else if (installs) {
        install(store);
      } else {
        complain("no tracer is installed: changes are found, but nobody is named");
        known = Optional.empty();
      }
    } catch (KernelException e) {
      if (own.isPresent() && ++failures > 1) {
        renew(store, String.valueOf(e.getMessage())); // it was not to be read twice
      } else {
        complain("no tracer: changes are found, but nobody is named. " + e.getMessage());
        known = Optional.empty();
      }
    }
    return known;
  }

  /// Puts our own tracer anew if the check that has just ended says that this mends it. What was
  /// recorded is stored then.
  ///
  /// @return what was installed instead, if anything
  Optional<Bytes> mend(Path store) {
    if (!tracer.isDamaged() || !isOurs()) {
      renewals = 0;
      return Optional.empty();
    }
    if (renewals == MOST_RENEWALS) {
      complain("the tracer is damaged whenever it is put anew, and stays as it is");
      return Optional.empty();
    }
    renewals++;
    RemovalNote.leave(readable());
    renew(store, "see the alarms of the last check");
    return known;
  }

  private void renew(Path store, String damage) {
    stream.notice(Notice.Kind.TRACER, "the tracer was damaged and is put anew: " + damage);
    known = Optional.empty();
    failures = 0;
    try {
      tracer.remove();
      install(store);
    } catch (KernelException e) {
      complain("no tracer: changes are found, but nobody is named. " + e.getMessage());
    }
  }

  private void install(Path store) {
    stream.status("installing the tracer; some kernels take a minute for it");
    TracerStatus status = tracer.install(request(store));
    own = Optional.of(status.installation());
    new Announcements(store).begin(status.installation());
    known = own;
    trouble = "";
    stream.say("installed the tracer (" + status.kind().label + ") for as long as this runs");
  }

  /// Says once what there is to know about a tracer that was there before.
  private void describe(TracerStatus installed, Path store) {
    Optional<Bytes> id = Optional.of(installed.installation());
    if (known.equals(id)) {
      return;
    }
    known = id;
    trouble = "";
    if (!installed.store().equals(store)) {
      stream.notice(
          Notice.Kind.TRACER,
          "the tracer records for another store, "
              + installed.store()
              + ": writes are shown live, but checks of this store name no authors");
    } else if (!installed.current()) {
      stream.notice(
          Notice.Kind.TRACER,
          "another build of bpfaudit installed the tracer; renew it: bpfaudit tracer install");
    } else {
      stream.say("the tracer is installed already, and stays when this ends");
    }
  }

  private static TracerRequest request(Path store) {
    return new TracerRequest(store, EnumSet.allOf(HookKind.class), TracerRequest.Sizes.USUAL);
  }

  private void complain(String what) {
    if (!what.equals(trouble)) {
      stream.notice(Notice.Kind.TRACER, what);
    }
    trouble = what;
  }

  /// Whether it is to be taken away in the end.
  boolean isOurs() {
    return own.isPresent() && isInstalled(own);
  }

  /// What is damaged cannot be told from another, and is taken for ours.
  private boolean isInstalled(Optional<Bytes> installation) {
    try {
      return tracer.status().map(TracerStatus::installation).equals(installation);
    } catch (KernelException e) {
      return true;
    }
  }

  /// Takes it away, if it is still the one that was installed here.
  void remove() {
    if (own.isEmpty()) {
      return;
    }
    if (isInstalled(own)) {
      stream.status("removing the tracer");
      Optional<TracerStatus> installed = readable();
      RemovalNote.leave(installed);
      tracer.remove();
      stream.say("removed the tracer");
    }
    own = Optional.empty();
  }

  private Optional<TracerStatus> readable() {
    try {
      return tracer.status();
    } catch (KernelException e) {
      return Optional.empty();
    }
  }
}
