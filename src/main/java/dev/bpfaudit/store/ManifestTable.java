package dev.bpfaudit.store;

import dev.bpfaudit.model.Bytes;

/// Manifests by the SHA-256 of their bytes, each stored once per host.
final class ManifestTable {
  private static final PackedFacts.Table TABLE =
      new PackedFacts.Table(
          "manifest",
          "SELECT 1 FROM manifest WHERE host = ? AND digest = ?",
          "INSERT INTO manifest (host, digest, data) VALUES (?, ?, ?)",
          "SELECT data FROM manifest WHERE host = ? AND digest = ?");

  private final PackedFacts facts;
  private final ContentTable contents;

  ManifestTable(Database database, String host) {
    this.facts = new PackedFacts(database, host, TABLE);
    this.contents = new ContentTable(database, host);
  }

  /// Stores `manifest` in the open transaction unless it is there.
  Bytes keep(Manifest manifest) {
    return facts.keep(ManifestCodec.encode(manifest));
  }

  /// The manifest with this digest, checked.
  ///
  /// @throws StoreException DAMAGED if it is missing or another
  Manifest load(Bytes digest) {
    return facts.load(digest, bytes -> ManifestCodec.decode(bytes, contents::load));
  }
}
