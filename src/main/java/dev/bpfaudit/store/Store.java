package dev.bpfaudit.store;

import dev.bpfaudit.model.Baseline;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.ReadingWindow;
import dev.bpfaudit.model.Snapshot;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Surroundings;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.model.Verification;
import dev.bpfaudit.store.StoreException.Kind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The history of one or many hosts in one directory, locked against other processes until closed.
/// It lives for one command. For one thread at a time. Every method may throw [StoreException].
public final class Store implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final StoreDirectory files;
  private final StoreLock lock;
  private final Database database;
  private final Chain chain;

  private Store(StoreDirectory files, StoreLock lock, Database database, Chain chain) {
    this.files = files;
    this.lock = lock;
    this.database = database;
    this.chain = chain;
  }

  /// Opens the store in `directory`, and makes it if there is none.
  ///
  /// @param talk hears once, in a sentence, for which process this one waits
  public static Store open(Path directory, Consumer<String> talk) {
    return open(directory, talk, PATIENCE, Migrations.SHIPPED);
  }

  static Store open(
      Path directory, Consumer<String> talk, Duration patience, Migrations migrations) {
    return locked(directory, talk, patience, () -> true, migrations).get();
  }

  /// Waits for the store in `directory` and locks it, so that nobody else writes from now on. What
  /// it returns does the rest of [#open], which takes longer and may be done on another thread; it
  /// must be called once.
  ///
  /// @param goesOn asked again and again while another process has the store; false ends the
  ///   waiting, with LOCKED
  public static Supplier<Store> locked(
      Path directory, Consumer<String> talk, BooleanSupplier goesOn) {
    return locked(directory, talk, PATIENCE, goesOn, Migrations.SHIPPED);
  }

  private static Supplier<Store> locked(
      Path directory,
      Consumer<String> talk,
      Duration patience,
      BooleanSupplier goesOn,
      Migrations migrations) {
    StoreDirectory files = new StoreDirectory(directory);
    files.make();
    StoreLock lock = StoreLock.acquire(files, talk, patience, goesOn);
    return () -> opened(files, lock, migrations);
  }

  /// Opens the store in `directory`.
  ///
  /// @param talk hears once, in a sentence, for which process this one waits
  /// @throws StoreException MISSING if there is none
  public static Store openExisting(Path directory, Consumer<String> talk) {
    StoreDirectory files = new StoreDirectory(directory);
    if (!files.holdsStore()) {
      new Head(files).requireNothingLost();
    }
    files.requireStore();
    return opened(files, StoreLock.toRead(files, talk, PATIENCE), Migrations.SHIPPED);
  }

  private static Store opened(StoreDirectory files, StoreLock lock, Migrations migrations) {
    try {
      return opened(lock, files, migrations);
    } catch (RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  private static Store opened(StoreLock lock, StoreDirectory files, Migrations migrations) {
    Head head = new Head(files);
    if (!files.holdsStore()) {
      head.requireNothingLost();
      head.prepare(List.of());
      head.publish();
      migrations.create(files);
    }
    Database database = migrations.open(files);
    Chain chain = new Chain(database, head);
    try {
      chain.requireNothingLost();
      return new Store(files, lock, database, chain);
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
  }

  /// Where it is: absolute, without symbolic links.
  public Path directory() {
    return files.realPath();
  }

  /// Begins a snapshot of `host`. One at a time; close it before anything else is asked.
  public Recording begin(HostFacts host) {
    chain.requireHead();
    chain.requireWhole(host.id());
    database.makeWritable();
    return new Recording(database, chain, host);
  }

  /// The snapshots of a host, newest first.
  ///
  /// @throws StoreException DAMAGED if one is missing, or its row does not fit its hash
  public List<SnapshotHeader> log(String hostId) {
    return chain.log(hostId).stream().map(Link.SnapshotLink::header).toList();
  }

  /// All hosts, each with the facts of its newest snapshot.
  public List<HostFacts> hosts() {
    return chain.snapshots.hosts().stream()
        .flatMap(host -> chain.snapshots.newest(host).stream())
        .map(link -> chain.fitting(link).header().host())
        .toList();
  }

  /// The whole snapshot; its tables are fetched from this store when looked into.
  ///
  /// @throws StoreException DAMAGED if its row or its manifest does not fit its hash
  public Snapshot load(SnapshotHeader header) {
    Link.SnapshotLink link = require(header);
    Manifest manifest = new ManifestTable(database, link.host()).load(link.manifest());
    List<ReadingWindow> windows = windows(link, manifest.maps().size());
    List<MapState> maps = new ArrayList<>();
    for (int i = 0; i < windows.size(); i++) {
      Manifest.Entry entry = manifest.maps().get(i);
      maps.add(new MapState(entry.map(), entry.contents(), windows.get(i)));
    }
    return new Snapshot(
        header,
        new Capture(
            header.host(), header.takenAt(), header.boottimeNanos(), maps, manifest.programs()));
  }

  private List<ReadingWindow> windows(Link.SnapshotLink link, int maps) {
    try {
      return ReadingWindows.unpack(link.header().boottimeNanos(), link.windows(), maps);
    } catch (RuntimeException e) {
      throw Failures.of("load " + link.label() + " from store " + database.name(), e, Kind.DAMAGED);
    }
  }

  /// Whether writes were watched before the snapshot, and what was seen.
  ///
  /// @throws StoreException DAMAGED if its row or what was seen does not fit its hash
  public Tracing tracing(SnapshotHeader header) {
    Link.SnapshotLink link = require(header);
    return new TracingTable(database, link.host()).load(link.drain());
  }

  /// What else was found when the snapshot was taken.
  ///
  /// @throws StoreException DAMAGED if its row or what was found does not fit its hash
  public Surroundings surroundings(SnapshotHeader header) {
    Link.SnapshotLink link = require(header);
    return new SurroundingsTable(database, link.host()).load(link.surroundings());
  }

  /// The newest drain of an installation of the tracer that is stored with a snapshot, 0 if none.
  /// It may be asked while a recording is under way.
  ///
  /// @throws StoreException DAMAGED if the row of that snapshot does not fit its hash
  public long generation(String hostId, Bytes installation) {
    return chain
        .snapshots
        .newestDrain(hostId, installation)
        .map(chain::fitting)
        .map(link -> link.drain().generation())
        .orElse(0L);
  }

  /// When the drain of [#generation] ended, in nanoseconds of `CLOCK_BOOTTIME`; 0 if there is none.
  ///
  /// @throws StoreException DAMAGED if the row of that snapshot, or what was drained, does not fit
  ///   its hash
  public long drainEndedNanos(String hostId, Bytes installation) {
    return chain
        .snapshots
        .newestDrain(hostId, installation)
        .map(chain::fitting)
        .map(link -> new TracingTable(database, hostId).load(link.drain()))
        .map(tracing -> tracing instanceof Tracing.Traced(var seen) ? seen.endedNanos() : 0L)
        .orElse(0L);
  }

  /// The snapshot that was accepted last.
  ///
  /// @throws StoreException DAMAGED if a link of the chain is missing, or this one or its snapshot
  ///   is not what was accepted
  public Optional<Baseline> baseline(String hostId) {
    chain.requireWhole(hostId);
    return chain.baselines.newest(hostId).map(chain::fitting).map(this::accepted);
  }

  private Baseline accepted(Link.BaselineLink link) {
    SnapshotHeader snapshot = require(link.host(), link.number()).header();
    if (!snapshot.hash().equals(link.snapshotHash())) {
      throw chain.damaged(link, "snapshot @" + link.number() + " is not the one that was accepted");
    }
    return new Baseline(snapshot, link.setAt(), link.hash());
  }

  /// Accepts `snapshot` as good from now on.
  ///
  /// @param at now, wall clock
  public Baseline setBaseline(SnapshotHeader snapshot, Instant at) {
    chain.requireHead();
    database.makeWritable();
    String host = snapshot.host().id();
    chain.requireWhole(host);
    SnapshotHeader stored = require(host, snapshot.number()).header();
    ChainEnd end = chain.end(host);
    Link.BaselineLink link =
        new Link.BaselineLink(
                host,
                end.link() + 1,
                stored.number(),
                stored.hash(),
                at,
                end.hash(),
                ChainEnd.NOTHING)
            .sealed();
    chain.append(link, end.number());
    return new Baseline(stored, at, link.hash());
  }

  private Link.SnapshotLink require(SnapshotHeader header) {
    Link.SnapshotLink link = require(header.host().id(), header.number());
    if (!link.header().equals(header)) {
      throw chain.damaged(link, "its row is not what it was");
    }
    return link;
  }

  private Link.SnapshotLink require(String host, long number) {
    return chain
        .snapshots
        .find(host, number)
        .map(chain::fitting)
        .orElseThrow(() ->
            Failures.damaged(
                "read store " + database.name(), "snapshot @" + number + " is missing"));
  }

  /// Recomputes every hash and restores every table of every host.
  ///
  /// @param expect a hash that was kept elsewhere and must be one of a link
  public Verification verify(Optional<Bytes> expect) {
    return new Verifier(database, chain).verify(expect);
  }

  @Override
  public void close() {
    try (lock) {
      database.close();
    }
  }
}
