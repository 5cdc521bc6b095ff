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
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The rows of table `snapshot`.
final class SnapshotTable {
  private static final String LINKS =
      """
      SELECT number, host, host_name, kernel, boot_id, possible_cpus, taken_at, boottime,
        maps, unread, hash, link, manifest, windows, previous, tracing, installation, generation,
        surroundings
      FROM snapshot WHERE host = ? ORDER BY number DESC
      """;
  private static final String LINK =
      """
      SELECT number, host, host_name, kernel, boot_id, possible_cpus, taken_at, boottime,
        maps, unread, hash, link, manifest, windows, previous, tracing, installation, generation,
        surroundings
      FROM snapshot WHERE host = ? AND number = ?
      """;
  private static final String NEWEST = "SELECT MAX(number) FROM snapshot WHERE host = ?";
  private static final String NEWEST_DRAIN =
      """
      SELECT number FROM snapshot WHERE host = ? AND installation = ?
      ORDER BY host DESC, number DESC FETCH FIRST ROW ONLY
      """;
  private static final String NUMBERS =
      "SELECT link, number FROM snapshot WHERE host = ? ORDER BY number";
  private static final String HOSTS =
      "SELECT DISTINCT host FROM snapshot UNION SELECT DISTINCT host FROM baseline ORDER BY 1";
  private static final String GAPLESS =
      """
      SELECT COUNT(*) = COUNT(DISTINCT link)
        AND COALESCE(MIN(link), 1) = 1 AND COALESCE(MAX(link), 0) = COUNT(*)
      FROM (SELECT link FROM snapshot WHERE host = ?
        UNION ALL SELECT link FROM baseline WHERE host = ?)
      """;
  private static final String INSERT =
      """
      INSERT INTO snapshot
        (number, host, host_name, kernel, boot_id, possible_cpus, taken_at, boottime,
         maps, unread, hash, link, manifest, windows, previous, tracing, installation, generation,
         surroundings)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
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
              hosts.add(text(row, 1));
            }
            return hosts;
          }
        });
  }

  /// Newest first.
  List<Link.SnapshotLink> links(String host) {
    return database.run(
        "list the snapshots",
        c -> {
          try (PreparedStatement select = c.prepareStatement(LINKS)) {
            select.setString(1, host);
            try (ResultSet row = select.executeQuery()) {
              List<Link.SnapshotLink> links = new ArrayList<>();
              while (row.next()) {
                links.add(link(row));
              }
              return links;
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

  /// The newest snapshot that a tracer of this installation watched for.
  Optional<Link.SnapshotLink> newestDrain(String host, Bytes installation) {
    long number =
        database.run(
            "find the newest drain",
            c -> {
              try (PreparedStatement select = c.prepareStatement(NEWEST_DRAIN)) {
                select.setString(1, host);
                select.setBytes(2, installation.toArray());
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

  /// Whether the links of `host`, baselines as well, run from 1 without a gap.
  boolean gapless(String host) {
    return database.run(
        "look at the chain of host " + host,
        c -> {
          try (PreparedStatement select = c.prepareStatement(GAPLESS)) {
            select.setString(1, host);
            select.setString(2, host);
            try (ResultSet row = select.executeQuery()) {
              return row.next() && row.getBoolean(1);
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
            insert.setBytes(16, link.drain().tracing().toArray());
            insert.setBytes(17, link.drain().installation().toArray());
            insert.setLong(18, link.drain().generation());
            insert.setBytes(19, link.surroundings().toArray());
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
        drain(row),
        orNothing(row.getBytes(19)),
        Bytes.of(row.getBytes(15)));
  }

  private static Drain drain(ResultSet row) throws SQLException {
    return new Drain(orNothing(row.getBytes(16)), orNothing(row.getBytes(17)), row.getLong(18));
  }

  /// What a row that is older than its column has there.
  private static Bytes orNothing(byte @Nullable [] column) {
    return column == null ? Bytes.EMPTY : Bytes.of(column);
  }

  private static SnapshotHeader header(ResultSet row) throws SQLException {
    HostFacts host =
        new HostFacts(text(row, 2), text(row, 3), text(row, 4), text(row, 5), row.getInt(6));
    return new SnapshotHeader(
        row.getLong(1),
        host,
        instant(row, 7),
        row.getLong(8),
        row.getLong(9),
        row.getLong(10),
        Bytes.of(row.getBytes(11)));
  }

  private static String text(ResultSet row, int column) throws SQLException {
    return Objects.requireNonNull(row.getString(column), "a value is missing");
  }

  static Instant instant(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }
}
