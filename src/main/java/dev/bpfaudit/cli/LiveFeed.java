package dev.bpfaudit.cli;

import dev.bpfaudit.attribution.WallClock;
import dev.bpfaudit.kernel.Follower;
import dev.bpfaudit.kernel.Kernel;
import dev.bpfaudit.kernel.KernelException;
import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.LiveWrite;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.report.Notice;
import dev.bpfaudit.report.Written;
import dev.bpfaudit.store.Store;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the tracer records, from its ledger to the stream, as it goes.
final class LiveFeed {
  /// How often the ledger is read.
  static final long EVERY_NANOS = 500_000_000;

  private static final String OWN_EXE = ProcessHandle.current().info().command().orElse("");

  private final Kernel kernel;
  private final Clock clock;
  private final MapSelector selector;
  private final boolean openings;
  private final WatchStream stream;
  private final HostFacts host;
  private final Follower follower;
  private final Map<Long, Optional<BpfMap>> maps = new HashMap<>();
  private final List<Follower.Taken> taken = new ArrayList<>();
  private Optional<Bytes> installation = Optional.empty();
  private String trouble = "";
  private boolean full;
  private boolean fullSinceCheck;
  private long next;
  private long seen;

  /// @param openings whether it is told who opens a map, too
  LiveFeed(Kernel kernel, Clock clock, MapSelector selector, boolean openings, WatchStream stream) {
    this.kernel = kernel;
    this.clock = clock;
    this.selector = selector;
    this.openings = openings;
    this.stream = stream;
    this.host = kernel.host();
    this.follower = kernel.tracer().follow();
  }

  /// Reads the ledger if it is time, and tells what is new. It ends no work that calls it.
  void poll() {
    if (kernel.boottimeNanos() >= next) {
      look();
      next = kernel.boottimeNanos() + EVERY_NANOS;
    }
  }

  /// Reads the ledger now.
  void look() {
    try {
      tell(follower.news());
      trouble = "";
    } catch (KernelException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.equals(trouble)) {
        stream.notice(Notice.Kind.TRACER, "writes cannot be shown live: " + message);
      }
      trouble = message;
    }
  }

  /// How many writes were told.
  long seen() {
    return seen;
  }

  /// Nobody is to be told of a tracer that we install or remove ourselves.
  void expect(Optional<Bytes> installed) {
    installation = installed;
  }

  private void tell(Follower.News news) {
    if (!news.installation().equals(installation)) {
      stream.notice(
          Notice.Kind.TRACER,
          news.installation().isEmpty()
              ? "the tracer was removed; until one is installed again, writes are not seen"
              : "a tracer was installed; writes are shown from now on");
      installation = news.installation();
    }
    tellUnkept(news.unkept());
    WallClock wall = new WallClock(clock.instant(), news.nowNanos());
    taken.addAll(news.taken());
    stream.writes(written(news.writes(), wall, Optional.empty()), news.nowNanos());
  }

  /// Once, until a time between two checks in which all keys are kept again.
  private void tellUnkept(long unkept) {
    if (unkept > 0 && !full) {
      stream.notice(
          Notice.Kind.TRACER,
          "the tracer's table of writes is full: until the next check, writes to further keys are"
              + " counted by map and author only; a shorter --every leaves more room");
    }
    full |= unkept > 0;
    fullSinceCheck |= unkept > 0;
  }

  private List<Written> written(List<LiveWrite> writes, WallClock wall, Optional<Taker> taker) {
    learn(writes);
    List<Written> written = new ArrayList<>();
    for (LiveWrite write : writes) {
      Optional<BpfMap> map = maps.getOrDefault(write.recorded().mapId(), Optional.empty());
      if (isWanted(write, map)) {
        seen += write.count();
        written.add(
            new Written(
                host, map.orElse(null), write, wall, taker.map(Taker::snapshot).orElse(null)));
      }
    }
    return written;
  }

  private boolean isWanted(LiveWrite write, Optional<BpfMap> map) {
    if (!openings && write.recorded().operation() == Operation.OPEN) {
      return false;
    }
    if (map.isPresent()) {
      return selector.test(map.get());
    }
    return (openings || !isCanary(write.recorded().author()))
        && selector.testId(write.recorded().mapId());
  }

  /// Whether another bpfaudit drains: it proves that the hooks are called on maps of its own, which
  /// are gone at once. Anybody can look like it; in snapshots his writes are told all the same.
  private static boolean isCanary(Author author) {
    return switch (author) {
      case Author.Caller(var process) ->
          process.exe().equals(OWN_EXE)
              && process.args().stream().anyMatch(word -> word.contains("bpfaudit"));
      case Author.Program(var program, var _) -> program.name().equals("bpfaudit_canary");
      case Author.UnknownProgram _, Author.Unknown _ -> false;
    };
  }

  /// Asks for the maps that nobody has asked for yet.
  private void learn(List<LiveWrite> writes) {
    Set<Long> unknown = new HashSet<>();
    for (LiveWrite write : writes) {
      if (openings || write.recorded().operation() != Operation.OPEN) {
        unknown.add(write.recorded().mapId());
      }
    }
    unknown.removeAll(maps.keySet());
    if (!unknown.isEmpty()) {
      unknown.forEach(id -> maps.put(id, Optional.empty()));
      kernel.maps(unknown).forEach(map -> maps.put(map.id(), Optional.of(map)));
    }
  }

  /// The maps as a snapshot saw them; what is gone since is forgotten after the next one.
  void learn(Capture capture) {
    full = fullSinceCheck;
    fullSinceCheck = false;
    Set<Long> there = new HashSet<>();
    for (MapState state : capture.maps()) {
      there.add(state.map().id());
      maps.put(state.map().id(), Optional.of(state.map()));
    }
    maps.keySet().retainAll(there);
  }

  /// Tells what other processes drained before it could be told, now that their snapshots can be
  /// read.
  ///
  /// @param after number of the last snapshot that is known
  /// @param own number of the one that was just taken
  void catchUp(Store store, long after, long own) {
    for (Follower.Taken each : taken) {
      List<Taker> takers = Taker.of(each, store, host.id(), after, own);
      if (takers.isEmpty()) {
        stream.notice(
            Notice.Kind.DRAINED,
            "another process drained the tracer; what was written in the moment before is not"
                + " shown here, but stored where that process stores");
      }
      for (Taker taker : takers) {
        WallClock wall =
            new WallClock(taker.snapshot().takenAt(), taker.snapshot().boottimeNanos());
        stream.writes(
            written(taker.untold(each.told()), wall, Optional.of(taker)), kernel.boottimeNanos());
      }
    }
    taken.clear();
  }
}
