package dev.bpfaudit.store;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.SnapshotHeader;
import java.time.Instant;

/// One link of a host's hash chain, as its row says.
sealed interface Link {
  String host();

  /// Place in the chain, from 1.
  long link();

  /// Number of the snapshot it is or speaks of.
  long number();

  /// Hash of the link before it.
  Bytes previous();

  /// Its own hash, as stored.
  Bytes hash();

  /// Its own hash, computed from everything else in it.
  Bytes expectedHash();

  /// For people: `snapshot @12`.
  String label();

  /// @param manifest digest of the manifest
  /// @param windows packed by [ReadingWindows]
  /// @param drain of the tracer
  /// @param surroundings digest of what [SurroundingsTable] holds; empty if the row is older
  record SnapshotLink(
      long link,
      SnapshotHeader header,
      Bytes manifest,
      Bytes windows,
      Drain drain,
      Bytes surroundings,
      Bytes previous)
      implements Link {
    @Override
    public String host() {
      return header.host().id();
    }

    @Override
    public long number() {
      return header.number();
    }

    @Override
    public Bytes hash() {
      return header.hash();
    }

    @Override
    public Bytes expectedHash() {
      HostFacts host = header.host();
      LinkHash hash =
          new LinkHash()
              .add(previous)
              .add("snapshot")
              .add(host.id())
              .add(link)
              .add(header.number())
              .add(host.name())
              .add(host.kernel())
              .add(host.bootId())
              .add(host.possibleCpus())
              .add(header.takenAt())
              .add(header.boottimeNanos())
              .add(header.maps())
              .add(header.unread())
              .add(manifest)
              .add(windows);
      if (!drain.equals(Drain.UNKNOWN)) { // what is older than drains keeps its hash
        hash.add(drain.tracing()).add(drain.installation()).add(drain.generation());
      }
      if (surroundings.length() > 0) {
        hash.add(surroundings);
      }
      return hash.hash();
    }

    @Override
    public String label() {
      return "snapshot @" + header.number();
    }

    /// This link with the hash it ought to have.
    SnapshotLink sealed() {
      SnapshotHeader h = header;
      return new SnapshotLink(
          link,
          new SnapshotHeader(
              h.number(),
              h.host(),
              h.takenAt(),
              h.boottimeNanos(),
              h.maps(),
              h.unread(),
              expectedHash()),
          manifest,
          windows,
          drain,
          surroundings,
          previous);
    }
  }

  /// @param number of the snapshot that was accepted
  /// @param snapshotHash of that snapshot
  record BaselineLink(
      String host,
      long link,
      long number,
      Bytes snapshotHash,
      Instant setAt,
      Bytes previous,
      Bytes hash)
      implements Link {
    @Override
    public Bytes expectedHash() {
      return new LinkHash()
          .add(previous)
          .add("baseline")
          .add(host)
          .add(link)
          .add(number)
          .add(snapshotHash)
          .add(setAt)
          .hash();
    }

    @Override
    public String label() {
      return "baseline of " + setAt;
    }

    /// This link with the hash it ought to have.
    BaselineLink sealed() {
      return new BaselineLink(host, link, number, snapshotHash, setAt, previous, expectedHash());
    }
  }
}
