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

/// Facts by the SHA-256 of their bytes, each stored once per host, packed by [PackingStream].
final class PackedFacts {
  private final Database database;
  private final String host;
  private final Table table;

  /// @param noun what one of them is called
  /// @param has, insert, read statements for a table of `host, digest, data`
  record Table(String noun, String has, String insert, String read) {}

  PackedFacts(Database database, String host, Table table) {
    this.database = database;
    this.host = host;
    this.table = table;
  }

  /// Stores `bytes` in the open transaction unless they are there.
  ///
  /// @return their digest
  Bytes keep(byte[] bytes) {
    Bytes digest = LinkHash.sha256(bytes);
    if (!has(digest)) {
      insert(digest, bytes);
    }
    return digest;
  }

  private boolean has(Bytes digest) {
    return database.run(
        "look for " + label(digest),
        c -> {
          try (PreparedStatement statement = keyed(c, table.has, digest);
              ResultSet row = statement.executeQuery()) {
            return row.next();
          }
        });
  }

  private void insert(Bytes digest, byte[] bytes) {
    database.run(
        "store " + label(digest),
        c -> {
          try (PreparedStatement statement = keyed(c, table.insert, digest)) {
            statement.setBinaryStream(3, new PackingStream(List.of(MemorySegment.ofArray(bytes))));
            return statement.executeUpdate();
          }
        });
  }

  /// The facts with this digest, checked and decoded.
  ///
  /// @param decode may throw what it likes at bytes it does not know
  /// @throws StoreException DAMAGED if they are missing, others, or cannot be decoded
  <T> T load(Bytes digest, Decoding<T> decode) {
    byte[] bytes = read(digest);
    Bytes found = LinkHash.sha256(bytes);
    if (!found.equals(digest)) {
      throw damaged(digest, "its digest is " + found);
    }
    try {
      return decode.of(bytes);
    } catch (RuntimeException e) { // keeps a StoreException as it is
      throw Failures.of("read " + label(digest), e, StoreException.Kind.DAMAGED);
    }
  }

  /// Makes facts of bytes.
  @FunctionalInterface
  interface Decoding<T> {
    T of(byte[] bytes);
  }

  private byte[] read(Bytes digest) {
    return database.run(
        "read " + label(digest),
        c -> {
          try (PreparedStatement statement = keyed(c, table.read, digest);
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

  private String label(Bytes digest) {
    return table.noun + " " + digest;
  }

  private StoreException damaged(Bytes digest, String reason) {
    return Failures.damaged("read " + label(digest) + " from store " + database.name(), reason);
  }
}
