package dev.bpfaudit.store;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.FlatTable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/// Flat tables by digest, each stored once per host: whole, or as a delta against a whole one.
///
/// All deltas of a map that changes bit by bit refer to the same whole table, so restoring takes
/// one delta however long the history is. When the deltas written against it add up to its size,
/// the next table is stored whole and takes its place.
final class ContentTable {
  /// Below this a delta saves nothing: the row around it is larger.
  private static final long DELTA_FROM = 512;

  private static final long LARGEST_DELTA = 64L << 20;

  /// From here on it pays to digest and write at once.
  private static final long LARGE = 1 << 20;

  private static final String INSERT =
      """
      INSERT INTO content
        (host, digest, key_size, value_size, entries, base, removed, upserted, spent, data)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """;
  private static final String EXISTS = "SELECT 1 FROM content WHERE host = ? AND digest = ?";
  private static final String SHAPE =
      """
      SELECT key_size, value_size, entries, base, removed, upserted, spent
      FROM content WHERE host = ? AND digest = ?
      """;
  private static final String DATA = "SELECT data FROM content WHERE host = ? AND digest = ?";

  private final Database database;
  private final String host;

  ContentTable(Database database, String host) {
    this.database = database;
    this.host = host;
  }

  /// @param base digest of the whole table that a delta refers to
  /// @param spent bytes of deltas against `base` up to this one
  private record Shape(
      int keySize,
      int valueSize,
      long entries,
      Optional<Bytes> base,
      long removed,
      long upserted,
      long spent) {}

  /// Stores `table` in the open transaction unless it is there.
  ///
  /// @param previous digest of what the same map held before, if anything
  Bytes keep(FlatTable table, Optional<Bytes> previous) {
    if (previous.isEmpty() && table.data().byteSize() >= LARGE) {
      return keepLargeAndNew(table);
    }
    Bytes digest = table.digest();
    if (!has(digest) && !keepDelta(digest, table, previous)) {
      insert(whole(table), List.of(table.data()), () -> Optional.of(digest));
    }
    return digest;
  }

  /// Writes while another thread digests. Should the table be there already, what was written is
  /// lost space; a large table of a map seen for the first time hardly ever is.
  private Bytes keepLargeAndNew(FlatTable table) {
    CompletableFuture<Bytes> digesting = CompletableFuture.supplyAsync(table::digest);
    insert(
        whole(table),
        List.of(table.data()),
        () -> Optional.of(digesting.join()).filter(digest -> !has(digest)));
    return digesting.join();
  }

  private static Shape whole(FlatTable table) {
    return new Shape(table.keySize(), table.valueSize(), table.count(), Optional.empty(), 0, 0, 0);
  }

  boolean has(Bytes digest) {
    return database.run(
        "look for table " + digest,
        c -> {
          try (PreparedStatement select = keyed(c, EXISTS, digest);
              ResultSet row = select.executeQuery()) {
            return row.next();
          }
        });
  }

  private boolean keepDelta(Bytes digest, FlatTable table, Optional<Bytes> previous) {
    long full = table.data().byteSize();
    if (previous.isEmpty() || full < DELTA_FROM || table.keySize() == 0) {
      return false;
    }
    Shape before = shape(previous.get());
    if (before.keySize != table.keySize() || before.valueSize != table.valueSize()) {
      return false;
    }
    Bytes base = before.base.orElse(previous.get());
    long limit = Math.min(Math.min(full / 2, full - before.spent), LARGEST_DELTA);
    Optional<TableDelta> delta = TableDelta.between(load(base), table, limit);
    delta.ifPresent(d -> insertDelta(digest, table, base, before.spent, d));
    return delta.isPresent();
  }

  private void insertDelta(
      Bytes digest, FlatTable table, Bytes base, long spent, TableDelta delta) {
    Shape shape =
        new Shape(
            table.keySize(),
            table.valueSize(),
            table.count(),
            Optional.of(base),
            delta.removed().count(),
            delta.upserted().count(),
            spent + delta.bytes());
    insert(
        shape, List.of(delta.removed().data(), delta.upserted().data()), () -> Optional.of(digest));
  }

  /// @param digest under which the data go, asked when they are written; empty to let them go
  private void insert(Shape shape, List<MemorySegment> data, Supplier<Optional<Bytes>> digest) {
    database.run(
        "store a table",
        c -> {
          try (PreparedStatement insert = c.prepareStatement(INSERT)) {
            long bytes = data.stream().mapToLong(MemorySegment::byteSize).sum();
            insert.setBinaryStream(10, new PackingStream(data, database.writingBehind(bytes)));
            Optional<Bytes> found = digest.get();
            return found.isEmpty() ? 0 : insert(insert, found.get(), shape);
          }
        });
  }

  private int insert(PreparedStatement insert, Bytes digest, Shape shape) throws SQLException {
    insert.setString(1, host);
    insert.setBytes(2, digest.toArray());
    insert.setInt(3, shape.keySize);
    insert.setInt(4, shape.valueSize);
    insert.setLong(5, shape.entries);
    insert.setBytes(6, shape.base.map(Bytes::toArray).orElse(null));
    insert.setLong(7, shape.removed);
    insert.setLong(8, shape.upserted);
    insert.setLong(9, shape.spent);
    return insert.executeUpdate();
  }

  /// The table with this digest, restored and checked.
  ///
  /// @throws StoreException DAMAGED if it is missing or another
  FlatTable load(Bytes digest) {
    try {
      Shape shape = shape(digest);
      FlatTable table =
          shape.base.isPresent()
              ? delta(digest, shape).applyTo(loadWhole(shape.base.get()), shape.entries)
              : whole(digest, shape);
      return checked(digest, table);
    } catch (RuntimeException e) { // keeps a StoreException as it is
      throw Failures.of("restore table " + digest, e, StoreException.Kind.DAMAGED);
    }
  }

  private FlatTable loadWhole(Bytes digest) {
    Shape shape = shape(digest);
    if (shape.base.isPresent()) {
      throw damaged(digest, "other tables refer to it, and it is not whole");
    }
    return checked(digest, whole(digest, shape));
  }

  private FlatTable whole(Bytes digest, Shape shape) {
    return FlatTable.ofSorted(
        shape.keySize, shape.valueSize, read(digest, size(shape, shape.entries)));
  }

  private TableDelta delta(Bytes digest, Shape shape) {
    long removed = Math.multiplyExact(shape.removed, shape.keySize);
    MemorySegment data = read(digest, Math.addExact(removed, size(shape, shape.upserted)));
    return new TableDelta(
        FlatTable.ofSorted(shape.keySize, 0, data.asSlice(0, removed)),
        FlatTable.ofSorted(shape.keySize, shape.valueSize, data.asSlice(removed)));
  }

  private static long size(Shape shape, long rows) {
    return Math.multiplyExact((long) shape.keySize + shape.valueSize, rows);
  }

  private FlatTable checked(Bytes digest, FlatTable table) {
    Bytes found = table.digest();
    if (!found.equals(digest)) {
      throw damaged(digest, "its digest is " + found);
    }
    return table;
  }

  private Shape shape(Bytes digest) {
    return database.run(
        "read table " + digest,
        c -> {
          try (PreparedStatement select = keyed(c, SHAPE, digest);
              ResultSet row = select.executeQuery()) {
            if (!row.next()) {
              throw damaged(digest, "it is missing");
            }
            return new Shape(
                row.getInt(1),
                row.getInt(2),
                row.getLong(3),
                Optional.ofNullable(row.getBytes(4)).map(Bytes::of),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7));
          }
        });
  }

  private MemorySegment read(Bytes digest, long size) {
    return database.run(
        "read table " + digest,
        c -> {
          try (PreparedStatement select = keyed(c, DATA, digest);
              ResultSet row = select.executeQuery()) {
            if (!row.next()) {
              throw damaged(digest, "it is missing");
            }
            if (size < 0 || size > row.getBlob(1).length() * PackingStream.MAX_RATIO) {
              throw damaged(digest, size + " bytes cannot be in it");
            }
            try (InputStream in = row.getBinaryStream(1)) {
              return unpack(digest, in, size);
            }
          }
        });
  }

  private MemorySegment unpack(Bytes digest, InputStream in, long size) throws IOException {
    MemorySegment target = TableDelta.allocate(size);
    long at = 0;
    for (byte[] block = PackingStream.nextBlock(in);
        block.length > 0;
        block = PackingStream.nextBlock(in)) {
      if (block.length > size - at) {
        throw damaged(digest, "more than " + size + " bytes are in it");
      }
      MemorySegment.copy(MemorySegment.ofArray(block), 0, target, at, block.length);
      at += block.length;
    }
    if (at < size) {
      throw damaged(digest, "only " + at + " of " + size + " bytes are in it");
    }
    return target;
  }

  private PreparedStatement keyed(Connection c, String sql, Bytes digest) throws SQLException {
    PreparedStatement statement = c.prepareStatement(sql);
    statement.setString(1, host);
    statement.setBytes(2, digest.toArray());
    return statement;
  }

  private StoreException damaged(Bytes digest, String reason) {
    return Failures.damaged("restore table " + digest + " from store " + database.name(), reason);
  }
}
