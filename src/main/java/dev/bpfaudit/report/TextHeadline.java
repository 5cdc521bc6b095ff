package dev.bpfaudit.report;

import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.KernelText;
import dev.bpfaudit.model.SnapshotHeader;
import java.io.IOException;
import java.time.Duration;

/// Which snapshots of which host a page is about.
final class TextHeadline {
  private static final Duration CLOCK_SLACK = Duration.ofSeconds(5);

  private final Page page;

  TextHeadline(Page page) {
    this.page = page;
  }

  void snapshot(SnapshotHeader snapshot) throws IOException {
    page.line(Paint.BOLD, label(snapshot));
    host(snapshot.host());
  }

  /// Says which snapshot listed maps are from; what is live goes without saying.
  void origin(Origin origin) throws IOException {
    switch (origin) {
      case Origin.Live _ -> {}
      case Origin.Stored(SnapshotHeader snapshot) -> {
        snapshot(snapshot);
        page.blank();
      }
    }
  }

  void interval(SnapshotHeader from, SnapshotHeader to) throws IOException {
    boolean sameBoot = from.host().bootId().equals(to.host().bootId());
    Duration byClock = Duration.between(from.takenAt(), to.takenAt());
    Duration real =
        sameBoot ? Duration.ofNanos(to.boottimeNanos() - from.boottimeNanos()) : byClock;
    String later = real.isNegative() ? "" : ", " + Wording.span(real) + " later";
    page.line(Paint.BOLD, label(from) + " → " + label(to) + later);
    host(to.host());
    if (!sameBoot) {
      page.line(Paint.YELLOW, "host rebooted in between");
    }
    if (from.number() > to.number()) {
      page.line(Paint.YELLOW, "the first is the newer one: this shows what would undo the changes");
    } else {
      clock(byClock.minus(real), byClock);
    }
    if (!from.host().kernel().equals(to.host().kernel())) {
      page.line(Paint.YELLOW, "kernel was " + KernelText.printable(from.host().kernel()));
    }
  }

  private void clock(Duration moved, Duration byClock) throws IOException {
    if (moved.abs().compareTo(CLOCK_SLACK) > 0) {
      String way = moved.isNegative() ? "back" : "forward";
      page.line(
          Paint.YELLOW,
          "clock was set " + way + " by " + Wording.span(moved.abs()) + " in between");
    } else if (byClock.isNegative()) {
      page.line(Paint.YELLOW, "clock was set back in between");
    }
  }

  private static String label(SnapshotHeader snapshot) {
    return "@" + snapshot.number() + " " + Wording.moment(snapshot.takenAt());
  }

  void host(HostFacts host) throws IOException {
    page.line(
        Paint.DIM,
        "host "
            + KernelText.printable(host.name())
            + "  kernel "
            + KernelText.printable(host.kernel()));
  }
}
