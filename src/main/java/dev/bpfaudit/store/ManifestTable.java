package dev.bpfaudit.store;

import dev.bpfaudit.model.Bytes;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/// Manifests by the SHA-256 of their bytes, each stored once per host.
final class ManifestTable {
  private final Database database;
  private final String host;
  private final ContentTable contents;

  ManifestTable(Database database, String host) {
    this.database = database;
    this.host = host;
    this.contents = new ContentTable(database, host);
  }

  /// Stores `manifest` in the open transaction unless it is there.
  Bytes keep(Manifest manifest) {
    byte[] bytes = ManifestCodec.encode(manifest);
    Bytes digest = LinkHash.sha256(bytes);
    if (!has(digest)) {
      insert(digest, bytes);
    }
    return digest;
  }

  private boolean has(Bytes digest) {
    String select = "SELECT 1 FROM manifest WHERE host = ? AND digest = ?";
    return database.run(
        "look for manifest " + digest,
        c -> {
          try (PreparedStatement statement = keyed(c, select, digest);
              ResultSet row = statement.executeQuery()) {
            return row.next();
          }
        });
  }

  private void insert(Bytes digest, byte[] bytes) {
    String insert = "INSERT INTO manifest (host, digest, data) VALUES (?, ?, ?)";
    database.run(
        "store manifest " + digest,
        c -> {
          try (PreparedStatement statement = keyed(c, insert, digest)) {
            statement.setBinaryStream(3, new PackingStream(List.of(MemorySegment.ofArray(bytes))));
            return statement.executeUpdate();
          }
        });
  }

  /// The manifest with this digest, checked.
  ///
  /// @throws StoreException DAMAGED if it is missing or another
  Manifest load(Bytes digest) {
    byte[] bytes = read(digest);
    Bytes found = LinkHash.sha256(bytes);
    if (!found.equals(digest)) {
      throw damaged(digest, "its digest is " + found);
    }
    try {
      return ManifestCodec.decode(bytes, contents::load);
    } catch (RuntimeException e) { // keeps a StoreException as it is
      throw Failures.of("read manifest " + digest, e, StoreException.Kind.DAMAGED);
    }
  }

  private byte[] read(Bytes digest) {
    String select = "SELECT data FROM manifest WHERE host = ? AND digest = ?";
    return database.run(
        "read manifest " + digest,
        c -> {
          try (PreparedStatement statement = keyed(c, select, digest);
              ResultSet row = statement.executeQuery()) {
            if (!row.next()) {
              throw damaged(digest, "it is missing");
            }
            return unpack(row.getBinaryStream(1));
          }
        });
  }

  private static byte[] unpack(InputStream in) throws IOException {
    try (in) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      for (byte[] block = PackingStream.nextBlock(in);
          block.length > 0;
          block = PackingStream.nextBlock(in)) {
        all.writeBytes(block);
      }
      return all.toByteArray();
    }
  }

  private PreparedStatement keyed(Connection c, String sql, Bytes digest) throws SQLException {
    PreparedStatement statement = c.prepareStatement(sql);
    statement.setString(1, host);
    statement.setBytes(2, digest.toArray());
    return statement;
  }

  private StoreException damaged(Bytes digest, String reason) {
    return Failures.damaged("read manifest " + digest + " from store " + database.name(), reason);
  }
}
