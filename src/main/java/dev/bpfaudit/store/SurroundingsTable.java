package dev.bpfaudit.store;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Reach;
import dev.bpfaudit.model.Surroundings;

/// Surroundings by the SHA-256 of their bytes, each stored once per host, and who could write
/// unseen apart from the rest.
final class SurroundingsTable {
  private static final PackedFacts.Table TABLE =
      new PackedFacts.Table(
          "surroundings",
          "SELECT 1 FROM surroundings WHERE host = ? AND digest = ?",
          "INSERT INTO surroundings (host, digest, data) VALUES (?, ?, ?)",
          "SELECT data FROM surroundings WHERE host = ? AND digest = ?");

  private final PackedFacts facts;

  SurroundingsTable(Database database, String host) {
    this.facts = new PackedFacts(database, host, TABLE);
  }

  /// Stores `found` in the open transaction unless it is there.
  Bytes keep(Surroundings found) {
    Bytes reach = facts.keep(SurroundingsCodec.encode(found.reach()));
    return facts.keep(SurroundingsCodec.encode(found, reach));
  }

  /// What has this digest, checked; nothing if a row is older than the table.
  ///
  /// @throws StoreException DAMAGED if it is missing or another
  Surroundings load(Bytes digest) {
    return digest.length() == 0
        ? Surroundings.NONE
        : facts.load(digest, bytes -> SurroundingsCodec.decode(bytes, this::loadReach));
  }

  private Reach loadReach(Bytes digest) {
    return facts.load(digest, SurroundingsCodec::decodeReach);
  }
}
