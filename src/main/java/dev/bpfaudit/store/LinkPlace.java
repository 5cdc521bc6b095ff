package dev.bpfaudit.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/// Where a link is to be found.
///
/// @param link place in the chain
/// @param number key of a snapshot; for a baseline the snapshot it accepts
record LinkPlace(Kind kind, long link, long number) {
  enum Kind {
    SNAPSHOT,
    BASELINE
  }

  /// All rows of `link, number`.
  static List<LinkPlace> all(ResultSet rows, Kind kind) throws SQLException {
    List<LinkPlace> places = new ArrayList<>();
    while (rows.next()) {
      places.add(new LinkPlace(kind, rows.getLong(1), rows.getLong(2)));
    }
    return places;
  }

  /// For people, when the row itself cannot be read.
  String label() {
    return switch (kind) {
      case SNAPSHOT -> "snapshot @" + number;
      case BASELINE -> "baseline on snapshot @" + number;
    };
  }
}
