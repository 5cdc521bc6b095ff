package dev.bpfaudit.store;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.TableRef;
import dev.bpfaudit.model.Verification;
import dev.bpfaudit.model.Verification.Fault;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// Walks every chain from its first link, recomputes every hash, restores every manifest and every
/// table once. A fault does not end the walk.
final class Verifier {
  private final Database database;
  private final Chain chain;
  private final List<Fault> faults = new ArrayList<>();
  private final Set<Bytes> hashes = new HashSet<>();
  private long snapshots;
  private long tables;

  Verifier(Database database, Chain chain) {
    this.database = database;
    this.chain = chain;
  }

  Verification verify(Optional<Bytes> expect) {
    if (chain.headIsMissing()) {
      faults.add(new Fault("head", "the file that remembers the newest link is missing"));
    }
    chain.lost().forEach(what -> faults.add(new Fault("head", what)));
    Bytes head = Bytes.EMPTY;
    Instant newest = Instant.MIN;
    for (String host : chain.snapshots.hosts()) {
      try {
        new HostWalk(host).walk();
        Instant taken =
            chain.snapshots.newest(host).map(s -> s.header().takenAt()).orElse(Instant.MIN);
        if (!taken.isBefore(newest)) {
          newest = taken;
          head = chain.end(host).hash();
        }
      } catch (StoreException e) {
        faults.add(new Fault("chain", e.what()));
      }
    }
    if (expect.isPresent() && !hashes.contains(expect.get())) {
      faults.add(new Fault("chain", "no link has the expected hash " + expect.get()));
    }
    return new Verification(snapshots, tables, head, faults);
  }

  private final class HostWalk {
    private final String host;
    private final ManifestTable manifests;
    private final TracingTable tracings;
    private final SurroundingsTable surroundings;
    private final Set<Bytes> seen = new HashSet<>();
    private Bytes previous = ChainEnd.NOTHING;
    private long last;

    HostWalk(String host) {
      this.host = host;
      this.manifests = new ManifestTable(database, host);
      this.tracings = new TracingTable(database, host);
      this.surroundings = new SurroundingsTable(database, host);
    }

    void walk() {
      long number = 0;
      for (LinkPlace place : chain.places(host)) {
        if (place.kind() == LinkPlace.Kind.SNAPSHOT) {
          snapshots++;
          number++;
          if (place.number() != number) {
            fault(place.label(), "stands where snapshot @" + number + " should");
            number = place.number();
          }
        }
        check(place);
      }
    }

    private void check(LinkPlace place) {
      try {
        Link link = chain.find(host, place).orElseThrow(() -> missing(place));
        checkLink(link);
        if (link instanceof Link.SnapshotLink snapshot) {
          check(snapshot, one -> tracings.load(one.drain()));
          check(snapshot, one -> surroundings.load(one.surroundings()));
          checkContents(snapshot);
        } else if (link instanceof Link.BaselineLink baseline) {
          checkBaseline(baseline);
        }
      } catch (StoreException e) {
        fault(place.label(), e.what());
        last = place.link();
      }
    }

    private StoreException missing(LinkPlace place) {
      return Failures.damaged("read " + place.label(), "it is missing");
    }

    private void checkLink(Link link) {
      if (link.link() != last + 1) {
        fault(link.label(), "is link " + link.link() + " of the chain and follows link " + last);
      }
      if (!link.previous().equals(previous)) {
        fault(link.label(), "does not follow the link before it: the hash it names is another");
      }
      if (!link.expectedHash().equals(link.hash())) {
        fault(link.label(), "its row does not fit its hash " + link.hash());
      }
      last = link.link();
      previous = link.hash();
      hashes.add(link.hash());
    }

    private void checkBaseline(Link.BaselineLink link) {
      Optional<Bytes> accepted =
          chain.snapshots.find(host, link.number()).map(Link.SnapshotLink::hash);
      if (!accepted.equals(Optional.of(link.snapshotHash()))) {
        fault(link.label(), "snapshot @" + link.number() + " is not the one that was accepted");
      }
    }

    private void check(Link.SnapshotLink link, Consumer<Link.SnapshotLink> load) {
      try {
        load.accept(link);
      } catch (StoreException e) {
        fault(link.label(), e.what());
      }
    }

    private void checkContents(Link.SnapshotLink link) {
      Manifest manifest = manifests.load(link.manifest());
      for (Manifest.Entry entry : manifest.maps()) {
        Optional<TableRef> table = entry.table();
        if (table.isPresent() && seen.add(table.get().digest())) {
          checkTable(link, entry, table.get());
        }
      }
    }

    private void checkTable(Link.SnapshotLink link, Manifest.Entry entry, TableRef table) {
      try {
        FlatTable _ = table.load();
        tables++;
      } catch (StoreException e) {
        String map = "map " + entry.map().id() + " \"" + entry.map().name() + "\"";
        fault(link.label(), map + ": " + e.what());
      }
    }

    private void fault(String row, String what) {
      faults.add(new Fault(row, what));
    }
  }
}
