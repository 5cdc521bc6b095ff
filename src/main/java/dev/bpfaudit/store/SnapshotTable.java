package dev.bpfaudit.store;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.SnapshotHeader;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The rows of table `snapshot`.
final class SnapshotTable {
  private static final String HEADERS =
      """
      SELECT number, host, host_name, kernel, boot_id, possible_cpus, taken_at, boottime,
        maps, unread, hash
      FROM snapshot WHERE host = ? ORDER BY number DESC
      """;
  private static final String LINK =
      """
      SELECT number, host, host_name, kernel, boot_id, possible_cpus, taken_at, boottime,
        maps, unread, hash, link, manifest, windows, previous
      FROM snapshot WHERE host = ? AND number = ?
      """;
  private static final String NEWEST = "SELECT MAX(number) FROM snapshot WHERE host = ?";
  private static final String NUMBERS =
      "SELECT link, number FROM snapshot WHERE host = ? ORDER BY number";
  private static final String HOSTS =
      "SELECT DISTINCT host FROM snapshot UNION SELECT DISTINCT host FROM baseline ORDER BY 1";
  private static final String INSERT =
      """
      INSERT INTO snapshot
        (number, host, host_name, kernel, boot_id, possible_cpus, taken_at, boottime,
         maps, unread, hash, link, manifest, windows, previous)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;

  private final Database database;

  SnapshotTable(Database database) {
    this.database = database;
  }

  /// Ids of all hosts that have a link.
  List<String> hosts() {
    return database.run(
        "list the hosts",
        c -> {
          try (PreparedStatement select = c.prepareStatement(HOSTS);
              ResultSet row = select.executeQuery()) {
            List<String> hosts = new ArrayList<>();
            while (row.next()) {
              hosts.add(row.getString(1));
            }
            return hosts;
          }
        });
  }

  /// Newest first.
  List<SnapshotHeader> headers(String host) {
    return database.run(
        "list the snapshots",
        c -> {
          try (PreparedStatement select = c.prepareStatement(HEADERS)) {
            select.setString(1, host);
            try (ResultSet row = select.executeQuery()) {
              List<SnapshotHeader> headers = new ArrayList<>();
              while (row.next()) {
                headers.add(header(row));
              }
              return headers;
            }
          }
        });
  }

  Optional<Link.SnapshotLink> newest(String host) {
    long number =
        database.run(
            "find the newest snapshot",
            c -> {
              try (PreparedStatement select = c.prepareStatement(NEWEST)) {
                select.setString(1, host);
                try (ResultSet row = select.executeQuery()) {
                  return row.next() ? row.getLong(1) : 0;
                }
              }
            });
    return number == 0 ? Optional.empty() : find(host, number);
  }

  Optional<Link.SnapshotLink> find(String host, long number) {
    return database.run(
        "read snapshot @" + number,
        c -> {
          try (PreparedStatement select = c.prepareStatement(LINK)) {
            select.setString(1, host);
            select.setLong(2, number);
            try (ResultSet row = select.executeQuery()) {
              return row.next() ? Optional.of(link(row)) : Optional.empty();
            }
          }
        });
  }

  /// Where each snapshot of `host` stands, ascending.
  List<LinkPlace> places(String host) {
    return database.run(
        "list the snapshots",
        c -> {
          try (PreparedStatement select = c.prepareStatement(NUMBERS)) {
            select.setString(1, host);
            try (ResultSet row = select.executeQuery()) {
              return LinkPlace.all(row, LinkPlace.Kind.SNAPSHOT);
            }
          }
        });
  }

  void insert(Link.SnapshotLink link) {
    SnapshotHeader header = link.header();
    database.run(
        "store " + link.label(),
        c -> {
          try (PreparedStatement insert = c.prepareStatement(INSERT)) {
            insert.setLong(1, header.number());
            insert.setString(2, header.host().id());
            insert.setString(3, header.host().name());
            insert.setString(4, header.host().kernel());
            insert.setString(5, header.host().bootId());
            insert.setInt(6, header.host().possibleCpus());
            insert.setObject(7, header.takenAt().atOffset(ZoneOffset.UTC));
            insert.setLong(8, header.boottimeNanos());
            insert.setLong(9, header.maps());
            insert.setLong(10, header.unread());
            insert.setBytes(11, header.hash().toArray());
            insert.setLong(12, link.link());
            insert.setBytes(13, link.manifest().toArray());
            insert.setBytes(14, link.windows().toArray());
            insert.setBytes(15, link.previous().toArray());
            return insert.executeUpdate();
          }
        });
  }

  private static Link.SnapshotLink link(ResultSet row) throws SQLException {
    return new Link.SnapshotLink(
        row.getLong(12),
        header(row),
        Bytes.of(row.getBytes(13)),
        Bytes.of(row.getBytes(14)),
        Bytes.of(row.getBytes(15)));
  }

  private static SnapshotHeader header(ResultSet row) throws SQLException {
    HostFacts host =
        new HostFacts(
            row.getString(2), row.getString(3), row.getString(4), row.getString(5), row.getInt(6));
    return new SnapshotHeader(
        row.getLong(1),
        host,
        instant(row, 7),
        row.getLong(8),
        row.getLong(9),
        row.getLong(10),
        Bytes.of(row.getBytes(11)));
  }

  static Instant instant(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
