package dev.bpfaudit.store;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Surroundings;
import dev.bpfaudit.model.TableRef;
import dev.bpfaudit.model.TableSink;
import dev.bpfaudit.model.Tracing;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A snapshot on its way into the store, in one transaction: after [#commit] it is there whole;
/// without, nothing of it is. Every method may throw [StoreException].
public final class Recording implements TableSink, AutoCloseable {
  private static final String PRINTABLE_ID = "[\\x21-\\x7e]{1,64}";

  private final Database database;
  private final Chain chain;
  private final HostFacts host;
  private final ContentTable contents;
  private final ManifestTable manifests;
  private final Map<Long, Manifest.Entry> before = new HashMap<>();
  private final Set<Bytes> kept = new HashSet<>();
  private boolean committed;

  Recording(Database database, Chain chain, HostFacts host) {
    if (!host.id().matches(PRINTABLE_ID)) {
      throw new IllegalArgumentException("a host id has 1 to 64 printable characters");
    }
    this.database = database;
    this.chain = chain;
    this.host = host;
    this.contents = new ContentTable(database, host.id());
    this.manifests = new ManifestTable(database, host.id());
    chain
        .snapshots
        .newest(host.id())
        .map(newest -> manifests.load(newest.manifest()))
        .ifPresent(
            manifest -> manifest.maps().forEach(entry -> before.put(entry.map().id(), entry)));
  }

  @Override
  public TableRef keep(BpfMap map, FlatTable table) {
    Bytes digest = contents.keep(table, previous(map));
    kept.add(digest);
    return TableRef.stored(digest, () -> contents.load(digest));
  }

  /// What the map held in the snapshot before. It is only a base for a delta, so the guess by id
  /// and name may be wrong and nothing is lost but space.
  private Optional<Bytes> previous(BpfMap map) {
    return Optional.ofNullable(before.get(map.id()))
        .filter(entry -> entry.map().name().equals(map.name()))
        .flatMap(Manifest.Entry::table)
        .map(TableRef::digest);
  }

  /// Ends the recording; tables of `capture` that were not given to [#keep] are stored as well.
  ///
  /// @param tracing whether writes were watched since the snapshot before, and what was seen
  /// @param surroundings what else was found
  public SnapshotHeader commit(Capture capture, Tracing tracing, Surroundings surroundings) {
    if (!capture.host().id().equals(host.id())) {
      throw new IllegalArgumentException("the capture is of another host");
    }
    Manifest manifest = Manifest.of(capture);
    manifest.maps().forEach(this::keepIfNew);
    ChainEnd end = chain.end(host.id());
    SnapshotHeader header =
        new SnapshotHeader(
            end.number() + 1,
            capture.host(),
            capture.takenAt(),
            capture.boottimeNanos(),
            manifest.maps().size(),
            manifest.unread(),
            ChainEnd.NOTHING);
    Link.SnapshotLink link =
        new Link.SnapshotLink(
                end.link() + 1,
                header,
                manifests.keep(manifest),
                ReadingWindows.pack(capture.boottimeNanos(), capture.maps()),
                new TracingTable(database, host.id()).keep(tracing),
                new SurroundingsTable(database, host.id()).keep(surroundings),
                end.hash())
            .sealed();
    chain.append(link);
    committed = true;
    return link.header();
  }

  private void keepIfNew(Manifest.Entry entry) {
    entry
        .table()
        .filter(table -> !kept.contains(table.digest()) && !contents.has(table.digest()))
        .ifPresent(table -> keep(entry.map(), table.load()));
  }

  /// Takes everything back unless it was committed.
  @Override
  public void close() {
    if (!committed) {
      database.rollback();
    }
  }
}
