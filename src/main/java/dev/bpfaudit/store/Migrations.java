package dev.bpfaudit.store;

import dev.bpfaudit.store.StoreException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import org.h2.api.ErrorCode;

/// Brings a store to the form this release writes. H2 commits at every DDL statement, so the work
/// is done on a draft beside the store, which takes its place when all is done.
///
/// @param scripts resources under `migrations/`; the position, from 1, is the version that a store
///   has after it. One that has landed is never edited.
record Migrations(List<String> scripts) {
  static final Migrations SHIPPED =
      new Migrations(List.of("V001__snapshots.sql", "V002__tracing.sql", "V003__surroundings.sql"));

  private static final int NO_STORE = -1;
  private static final byte[] H2_HEADER = "H:2,".getBytes(StandardCharsets.US_ASCII);
  private static final int H2_BLOCK = 4096;

  Migrations {
    scripts = List.copyOf(scripts);
  }

  /// Opens the store that is there, migrated if it is older than this release.
  ///
  /// @throws StoreException NOT_A_STORE, NEWER or DAMAGED, with the file as it was
  Database open(StoreDirectory directory) {
    requireH2(directory);
    Database database = Database.reading(directory.file(), directory.path().toString());
    int version;
    try {
      version = version(database);
      requireKnown(directory, version);
    } catch (RuntimeException e) {
      database.close();
      throw e;
    }
    if (version == scripts.size()) {
      return database;
    }
    database.close();
    migrate(directory, version);
    return Database.reading(directory.file(), directory.path().toString());
  }

  /// Builds an empty store.
  void create(StoreDirectory directory) {
    try {
      Files.deleteIfExists(directory.draft());
      Files.createFile(directory.draft(), StoreDirectory.PRIVATE_FILE);
    } catch (IOException e) {
      throw directory.unwritable(e);
    }
    apply(directory, 0);
  }

  private void migrate(StoreDirectory directory, int from) {
    try {
      Files.copy(
          directory.file(),
          directory.draft(),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.COPY_ATTRIBUTES);
    } catch (IOException e) {
      throw Failures.of("migrate store " + directory.path(), e, Kind.UNWRITABLE);
    }
    apply(directory, from);
  }

  private void apply(StoreDirectory directory, int from) {
    try (Database database = Database.writing(directory.draft(), directory.path().toString())) {
      for (String script : scripts.subList(from, scripts.size())) {
        String sql = read(script);
        database.run("run " + script, c -> execute(c, sql));
      }
      database.run("write the version", c -> writeVersion(c, scripts.size()));
      database.commit("write the version");
    }
    try {
      Files.move(directory.draft(), directory.file(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw directory.unwritable(e);
    }
  }

  private static boolean execute(Connection c, String sql) throws SQLException {
    try (Statement statement = c.createStatement()) {
      return statement.execute(sql);
    }
  }

  private static int writeVersion(Connection c, int version) throws SQLException {
    execute(c, "DELETE FROM store_format");
    try (PreparedStatement insert = c.prepareStatement("INSERT INTO store_format VALUES (?)")) {
      insert.setInt(1, version);
      return insert.executeUpdate();
    }
  }

  private static int version(Database database) {
    return database.run(
        "read the version",
        c -> {
          try (Statement statement = c.createStatement();
              ResultSet row = statement.executeQuery("SELECT version FROM store_format")) {
            return row.next() ? row.getInt(1) : NO_STORE;
          } catch (SQLException e) {
            if (e.getErrorCode() == ErrorCode.TABLE_OR_VIEW_NOT_FOUND_1
                || e.getErrorCode() == ErrorCode.TABLE_OR_VIEW_NOT_FOUND_DATABASE_EMPTY_1) {
              return NO_STORE;
            }
            throw e;
          }
        });
  }

  private void requireKnown(StoreDirectory directory, int version) {
    String operation = "open store " + directory.path();
    if (version == NO_STORE) {
      throw notAStore(directory, "it is an H2 database without the tables of bpfaudit");
    }
    if (version > scripts.size()) {
      throw new StoreException(
          Kind.NEWER,
          operation,
          "it has format " + version + ", this bpfaudit knows up to " + scripts.size(),
          "Use the newer bpfaudit.");
    }
  }

  /// H2 would make a new database out of an empty file and write into some that are not its own.
  private static void requireH2(StoreDirectory directory) {
    try (InputStream in = Files.newInputStream(directory.file())) {
      byte[] start = in.readNBytes(2 * H2_BLOCK + 1);
      if (!isH2(start, 0) && !isH2(start, H2_BLOCK)) {
        String what = start.length == 0 ? "it is empty" : "it is no H2 database";
        throw notAStore(directory, what);
      }
      if (start.length <= 2 * H2_BLOCK) {
        throw notAStore(directory, "it ends after its header");
      }
    } catch (IOException e) {
      throw directory.unwritable(e);
    }
  }

  private static boolean isH2(byte[] start, int at) {
    return start.length >= at + H2_HEADER.length
        && Arrays.equals(start, at, at + H2_HEADER.length, H2_HEADER, 0, H2_HEADER.length);
  }

  private static StoreException notAStore(StoreDirectory directory, String what) {
    return new StoreException(
        Kind.NOT_A_STORE,
        "open store " + directory.path(),
        directory.file().getFileName() + " is not a store: " + what,
        "Name another directory with --store, or restore the file.");
  }

  private static String read(String script) {
    try (InputStream in = Migrations.class.getResourceAsStream("/migrations/" + script)) {
      if (in == null) {
        throw new IllegalStateException("resource migrations/" + script + " is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("read resource migrations/" + script, e);
    }
  }
}
