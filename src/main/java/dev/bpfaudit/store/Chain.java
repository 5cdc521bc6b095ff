package dev.bpfaudit.store;

import dev.bpfaudit.model.Bytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The hash chains of all hosts: snapshots and baselines in the order they were added. Every commit
/// goes through here, so that the head file follows it.
final class Chain {
  private final Database database;
  private final Head head;
  final SnapshotTable snapshots;
  final BaselineTable baselines;
  private final Set<String> whole = new HashSet<>();

  Chain(Database database, Head head) {
    this.database = database;
    this.head = head;
    this.snapshots = new SnapshotTable(database);
    this.baselines = new BaselineTable(database);
  }

  ChainEnd end(String host) {
    Optional<Link.SnapshotLink> snapshot = snapshots.newest(host);
    return Stream.<Optional<? extends Link>>of(snapshot, baselines.newest(host))
        .<Link>flatMap(Optional::stream)
        .max(Comparator.comparingLong(Link::link))
        .map(newest ->
            new ChainEnd(host, newest.link(), snapshot.map(Link::number).orElse(0L), newest.hash()))
        .orElse(ChainEnd.none(host));
  }

  void append(Link.SnapshotLink link) {
    snapshots.insert(link);
    commit(new ChainEnd(link.host(), link.link(), link.number(), link.hash()), link.label());
  }

  void append(Link.BaselineLink link, long newestSnapshot) {
    baselines.insert(link);
    commit(new ChainEnd(link.host(), link.link(), newestSnapshot, link.hash()), link.label());
  }

  private void commit(ChainEnd end, String label) {
    Map<String, ChainEnd> ends = new LinkedHashMap<>();
    snapshots.hosts().forEach(host -> ends.put(host, end(host)));
    ends.put(end.host(), end);
    head.prepare(ends.values());
    database.commit("store " + label);
    head.publish();
  }

  /// @throws StoreException DAMAGED if nobody may write to this store
  void requireHead() {
    head.requireThere();
  }

  /// What the head file knows and the chains do not: a state that was lost since, one line a host.
  /// A chain may be longer than the head says, after a crash between commit and head.
  List<String> lost() {
    List<String> lost = new ArrayList<>();
    for (ChainEnd then : head.read().orElse(List.of())) {
      ChainEnd now = end(then.host());
      if (!now.hash().equals(then.hash()) && !holds(then)) {
        lost.add(
            "link %d of host %s with hash %s is gone: the chain ends at link %d, snapshot @%d"
                .formatted(then.link(), then.host(), then.hash(), now.link(), now.number()));
      }
    }
    return lost;
  }

  /// Looks once per host: what this process appends leaves no gap.
  ///
  /// @throws StoreException DAMAGED if a link before the newest is gone
  void requireWhole(String host) {
    if (!whole.contains(host) && !snapshots.gapless(host)) {
      throw Failures.damaged(
          "read store " + database.name(), "a link of the chain of host " + host + " is missing");
    }
    whole.add(host);
  }

  /// The snapshots of `host`, newest first, each fitting its hash and its neighbours.
  ///
  /// @throws StoreException DAMAGED if one does not
  List<Link.SnapshotLink> log(String host) {
    requireWhole(host);
    List<Link.SnapshotLink> links = snapshots.links(host);
    for (int i = 0; i < links.size(); i++) {
      Link.SnapshotLink link = fitting(links.get(i));
      if (link.number() != links.size() - i) {
        throw damaged(link, "it stands where snapshot @" + (links.size() - i) + " should");
      }
      Link.SnapshotLink newer = links.get(Math.max(0, i - 1));
      if (newer.link() == link.link() + 1 && !newer.previous().equals(link.hash())) {
        throw damaged(link, newer.label() + " follows it and names another hash");
      }
    }
    return links;
  }

  /// `link`, if what its row says fits its hash.
  ///
  /// @throws StoreException DAMAGED if not
  <L extends Link> L fitting(L link) {
    if (!link.expectedHash().equals(link.hash())) {
      throw damaged(link, "its row does not fit its hash");
    }
    return link;
  }

  StoreException damaged(Link link, String reason) {
    return Failures.damaged("read " + link.label() + " in store " + database.name(), reason);
  }

  boolean headIsMissing() {
    return head.read().isEmpty();
  }

  /// @throws StoreException DAMAGED if the store fell back to an older state
  void requireNothingLost() {
    List<String> lost = lost();
    if (!lost.isEmpty()) {
      throw Failures.damaged("open store " + database.name(), lost.getFirst());
    }
  }

  private boolean holds(ChainEnd wanted) {
    if (wanted.link() == 0) {
      return true;
    }
    Optional<Bytes> baseline = baselines.find(wanted.host(), wanted.link()).map(Link::hash);
    Optional<Bytes> snapshot = snapshots.find(wanted.host(), wanted.number()).map(Link::hash);
    return baseline.filter(wanted.hash()::equals).isPresent()
        || snapshot.filter(wanted.hash()::equals).isPresent();
  }

  /// Where all links of `host` stand, in their order.
  List<LinkPlace> places(String host) {
    return Stream.concat(snapshots.places(host).stream(), baselines.places(host).stream())
        .sorted(Comparator.comparingLong(LinkPlace::link))
        .toList();
  }

  Optional<? extends Link> find(String host, LinkPlace place) {
    return switch (place.kind()) {
      case SNAPSHOT -> snapshots.find(host, place.number());
      case BASELINE -> baselines.find(host, place.link());
    };
  }
}
