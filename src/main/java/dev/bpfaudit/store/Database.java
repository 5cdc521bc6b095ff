package dev.bpfaudit.store;

import dev.bpfaudit.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.h2.Driver;
import org.h2.api.ErrorCode;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;

/// One open H2 file: embedded, no port, no lock or trace file of its own, nothing that outlives
/// [#close]. All its failures are [StoreException]s.
final class Database implements AutoCloseable {
  private static final String SETTINGS =
      ";DB_CLOSE_ON_EXIT=FALSE;FILE_LOCK=NO;TRACE_LEVEL_FILE=0;TRACE_LEVEL_SYSTEM_OUT=0;CACHE_SIZE=8192";

  /// Milliseconds: never in the life of a command. H2 would else save what it holds in memory twice
  /// a second on a thread of its own, one table after the other, also in the middle of a statement:
  /// who is killed then leaves rows that only an index knows. 0 would take its threads away too.
  private static final String NEVER_BY_ITSELF = ";WRITE_DELAY=" + Integer.MAX_VALUE;

  private static final String SUFFIX = ".mv.db";

  private static final String READ_ONLY = ";ACCESS_MODE_DATA=r";

  private final Path file;
  private final String name;
  private Connection connection;
  private boolean writable;
  private boolean changed;
  private boolean failed;

  private Database(Path file, String name, Connection connection, boolean writable) {
    this.file = file;
    this.name = name;
    this.connection = connection;
    this.writable = writable;
  }

  /// Work with the connection; what it throws becomes a [StoreException].
  @FunctionalInterface
  interface Work<T> {
    T on(Connection connection) throws SQLException, IOException;
  }

  /// Opens `file` for reading. H2 makes a new database of a file whose end is lost, so nobody may
  /// write before what is there was looked at.
  ///
  /// @param name for messages, the store's directory
  static Database reading(Path file, String name) {
    return new Database(file, name, connect(file, name, READ_ONLY), false);
  }

  /// Opens `file`, which may be empty but must be there, for writing.
  static Database writing(Path file, String name) {
    return new Database(file, name, connect(file, name, ""), true);
  }

  private static Connection connect(Path file, String name, String access) {
    String path = file.toString();
    String url =
        "jdbc:h2:file:"
            + path.substring(0, path.length() - SUFFIX.length())
            + SETTINGS
            + NEVER_BY_ITSELF
            + access;
    try {
      Connection connection = new Driver().connect(url, new Properties());
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      if (e.getErrorCode() == ErrorCode.DATABASE_IS_READ_ONLY) { // it began to make a new database
        throw Failures.of(Kind.DAMAGED, "open store " + name, "part of its file is lost", e);
      }
      throw Failures.of("open store " + name, e, Kind.DAMAGED);
    } catch (RuntimeException e) { // H2 throws many kinds where a page is damaged
      throw Failures.of("open store " + name, e, Kind.DAMAGED);
    }
  }

  /// Goes over to writing, if it was opened for reading.
  void makeWritable() {
    if (!writable) {
      if (!Files.isWritable(file)) { // H2 would open it for reading without a word
        throw Failures.of(
            "write to store " + name, new AccessDeniedException(file.toString()), Kind.UNWRITABLE);
      }
      close();
      connection = connect(file, name, "");
      writable = true;
    }
  }

  /// Rows are mapped inside `work`: a page may be damaged so that columns are null or out of range,
  /// and whatever comes of it is damage of the store.
  ///
  /// @param operation verb phrase for the message, without the path
  <T> T run(String operation, Work<T> work) {
    try {
      return work.on(connection);
    } catch (StoreException e) {
      throw e;
    } catch (SQLException | IOException | RuntimeException e) {
      failed = true;
      throw Failures.of(operation + " in store " + name, e, Kind.DAMAGED);
    }
  }

  /// Makes the open transaction last, also through a loss of power.
  void commit(String operation) {
    changed = true;
    run(
        operation,
        c -> {
          c.commit();
          try (Statement statement = c.createStatement()) {
            return statement.execute("CHECKPOINT SYNC");
          }
        });
  }

  /// For whoever stores `bytes`, to be run again and again: lets H2 begin to write what it holds in
  /// memory, on its own threads. Else it waits until there are 20 MB, and in the end whoever stores
  /// waits for it. No transaction is committed by that; but what is written and not committed takes
  /// its room for good, so where room is scarce this does nothing. To be run by the thread that
  /// stores, between two rows: what is to be saved is chosen there (see [#NEVER_BY_ITSELF]).
  Runnable writingBehind(long bytes) {
    return file.toFile().getUsableSpace() / 2 < bytes
        ? () -> {}
        : () -> session().getDatabase().getStore().getMvStore().tryCommit();
  }

  private SessionLocal session() {
    return (SessionLocal) ((JdbcConnection) connection).getSession();
  }

  void rollback() {
    changed = true;
    run(
        "roll back",
        c -> {
          c.rollback();
          return true;
        });
  }

  String name() {
    return name;
  }

  /// Closes the file and the connection. Without a commit since opening, the file keeps every byte.
  @Override
  public void close() {
    try {
      if (changed && !failed) {
        connection.close();
      } else {
        shutDown();
      }
    } catch (SQLException | RuntimeException e) {
      if (!failed) {
        throw Failures.of("close store " + name, e, Kind.DAMAGED);
      }
    }
  }

  /// Closes the file as it is. After a failed write the statement for that fails too, for it wants
  /// to write on.
  private void shutDown() {
    session().getDatabase().shutdownImmediately();
  }
}
