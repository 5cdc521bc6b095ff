package dev.bpfaudit.cli;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.TracerStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/// The file `tracer-removed` in a store's directory: which tracer bpfaudit itself took away last,
/// so that the next snapshot does not call it gone. Root can write it too; whoever only unpins the
/// tracer does not.
record RemovalNote(Path store) {
  private Path file() {
    return store.resolve("tracer-removed");
  }

  /// Notes that the tracer of `status` was taken away, in the store it recorded for.
  static void leave(Optional<TracerStatus> status) {
    status.ifPresent(
        removed -> new RemovalNote(removed.store()).write(removed.installation().hex() + "\n"));
  }

  private void write(String text) {
    if (!Files.isDirectory(store)) {
      return;
    }
    try {
      Files.deleteIfExists(file());
      Files.createFile(
          file(),
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file(), text);
    } catch (IOException e) {
      throw new UsageException("write " + file() + ": " + e.getMessage() + ". Run as root.");
    }
  }

  /// Whether it speaks of this installation.
  boolean tellsOf(Bytes installation) {
    try {
      return Files.readString(file()).strip().equals(installation.hex());
    } catch (IOException e) {
      return false;
    }
  }
}
