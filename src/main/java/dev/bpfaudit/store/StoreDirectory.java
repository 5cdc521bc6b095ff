package dev.bpfaudit.store;

import dev.bpfaudit.store.StoreException.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/// The directory of a store and the files in it: `store.mv.db` (H2), `head` (see [Head]), `lock`
/// (see [StoreLock]), `announced` (see [Announcements]).
record StoreDirectory(Path path) {
  static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_DIRECTORY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /// @throws StoreException UNWRITABLE for a path that H2 would take apart
  StoreDirectory {
    path = path.toAbsolutePath().normalize();
    if (path.toString().indexOf(';') >= 0) {
      throw new StoreException(
          Kind.UNWRITABLE,
          "open store " + path,
          "H2 does not take a ';' in a path",
          "Name another directory with --store.");
    }
  }

  Path file() {
    return path.resolve("store.mv.db");
  }

  /// A store that is being built or migrated, before it is renamed to [#file].
  Path draft() {
    return path.resolve("draft.mv.db");
  }

  Path head() {
    return path.resolve("head");
  }

  Path lock() {
    return path.resolve("lock");
  }

  /// Makes the directory, readable for its owner only, unless it is there.
  void make() {
    try {
      if (!Files.isDirectory(path)) {
        Files.createDirectories(path, PRIVATE_DIRECTORY);
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  Path realPath() {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  /// Whether there is a store file.
  ///
  /// @throws StoreException UNWRITABLE if that cannot be told
  boolean holdsStore() {
    try {
      Files.readAttributes(file(), BasicFileAttributes.class);
      return true;
    } catch (NoSuchFileException e) {
      return false;
    } catch (NotDirectoryException e) {
      throw unwritable(e);
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  void requireStore() {
    if (!holdsStore()) {
      throw new StoreException(
          Kind.MISSING,
          "open store " + path,
          "no store there yet",
          "Run 'bpfaudit snapshot' first, or name another directory with --store.");
    }
  }

  StoreException unwritable(IOException e) {
    return Failures.of("open store " + path, e, Kind.UNWRITABLE);
  }

  /// What went wrong with a file, in a few words; the exception's own message is often a bare path.
  static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> "permission denied for " + denied.getFile();
      case FileSystemException system when system.getReason() != null ->
          system.getReason() + ": " + system.getFile();
      case FileSystemException system ->
          system.getClass().getSimpleName().replace("Exception", "") + ": " + system.getFile();
      default -> e.toString();
    };
  }
}
