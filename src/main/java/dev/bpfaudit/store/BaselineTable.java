package dev.bpfaudit.store;

import dev.bpfaudit.model.Bytes;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/// The rows of table `baseline`; the one with the highest link is in force.
final class BaselineTable {
  private static final String FIND =
      """
      SELECT link, number, snapshot_hash, set_at, previous, hash
      FROM baseline WHERE host = ? AND link = ?
      """;
  private static final String NEWEST = "SELECT MAX(link) FROM baseline WHERE host = ?";
  private static final String PLACES =
      "SELECT link, number FROM baseline WHERE host = ? ORDER BY link";
  private static final String INSERT =
      """
      INSERT INTO baseline (host, link, number, snapshot_hash, set_at, previous, hash)
      VALUES (?, ?, ?, ?, ?, ?, ?)
      """;

  private final Database database;

  BaselineTable(Database database) {
    this.database = database;
  }

  Optional<Link.BaselineLink> newest(String host) {
    long link =
        database.run(
            "find the baseline",
            c -> {
              try (PreparedStatement select = c.prepareStatement(NEWEST)) {
                select.setString(1, host);
                try (ResultSet row = select.executeQuery()) {
                  return row.next() ? row.getLong(1) : 0;
                }
              }
            });
    return link == 0 ? Optional.empty() : find(host, link);
  }

  Optional<Link.BaselineLink> find(String host, long link) {
    return database.run(
        "read the baseline",
        c -> {
          try (PreparedStatement select = c.prepareStatement(FIND)) {
            select.setString(1, host);
            select.setLong(2, link);
            try (ResultSet row = select.executeQuery()) {
              if (!row.next()) {
                return Optional.empty();
              }
              return Optional.of(
                  new Link.BaselineLink(
                      host,
                      row.getLong(1),
                      row.getLong(2),
                      Bytes.of(row.getBytes(3)),
                      SnapshotTable.instant(row, 4),
                      Bytes.of(row.getBytes(5)),
                      Bytes.of(row.getBytes(6))));
            }
          }
        });
  }

  /// Where each baseline of `host` stands, ascending.
  List<LinkPlace> places(String host) {
    return database.run(
        "list the baselines",
        c -> {
          try (PreparedStatement select = c.prepareStatement(PLACES)) {
            select.setString(1, host);
            try (ResultSet row = select.executeQuery()) {
              return LinkPlace.all(row, LinkPlace.Kind.BASELINE);
            }
          }
        });
  }

  void insert(Link.BaselineLink link) {
    database.run(
        "store the " + link.label(),
        c -> {
          try (PreparedStatement insert = c.prepareStatement(INSERT)) {
            insert.setString(1, link.host());
            insert.setLong(2, link.link());
            insert.setLong(3, link.number());
            insert.setBytes(4, link.snapshotHash().toArray());
            insert.setObject(5, link.setAt().atOffset(ZoneOffset.UTC));
            insert.setBytes(6, link.previous().toArray());
            insert.setBytes(7, link.hash().toArray());
            return insert.executeUpdate();
          }
        });
  }
}
