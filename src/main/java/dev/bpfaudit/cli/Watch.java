package dev.bpfaudit.cli;

import dev.bpfaudit.report.Notice;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/// Beats, and what goes on between them. All on one thread: a long check reads the ledger in
/// between (see [WatchCycle]).
///
/// @param store the directory the tracer is to record for
record Watch(
    Beats beats,
    Patience patience,
    WatchStream stream,
    WatchTracer tracer,
    LiveFeed feed,
    WatchCycle cycle,
    Supplier<Path> store) {

  /// Goes on until told to end, nobody reads any more, or `count` checks are made.
  ///
  /// @return the exit code
  int until(long count) {
    try {
      while (!patience.ended() && !stream.closed() && cycle.checks() < count) {
        step(count);
      }
      if (patience.ended() && tracer.isOurs()) {
        cycle.run(() -> {}); // or what was recorded since the last one would go with the tracer
      }
      return cycle.exitCode();
    } finally {
      stream.end();
      tracer.remove();
    }
  }

  private void step(long count) {
    feed.poll();
    OptionalLong missed = beats.due(patience.now());
    if (missed.isPresent()) {
      tell(missed.getAsLong());
      cycle.run(() -> feed.expect(tracer.ensure(store.get())));
      if (cycle.checks() < count && !patience.ended()) {
        cycle.then(
            () -> tracer.mend(store.get()).ifPresent(anew -> feed.expect(Optional.of(anew))));
      }
      return;
    }
    long left = beats.next() - patience.now();
    stream.status(
        cycle.summary()
            + " · next check in "
            + Math.ceilDiv(left, 1_000_000_000L)
            + "s · writes seen: "
            + feed.seen());
    patience.pause(Math.min(left, LiveFeed.EVERY_NANOS));
  }

  private void tell(long missed) {
    if (missed > 0) {
      stream.notice(
          Notice.Kind.MISSED,
          "missed "
              + missed
              + (missed == 1 ? " beat" : " beats")
              + ", because the check before took long or the machine slept; checking now");
    }
  }
}
