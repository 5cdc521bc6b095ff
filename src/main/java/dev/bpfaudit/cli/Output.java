package dev.bpfaudit.cli;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/// Where a document goes: standard output, or a file that is there whole or not at all.
sealed interface Output {
  void write(Rendering rendering);

  /// Text that is produced while it is written.
  @FunctionalInterface
  interface Rendering {
    void to(Writer writer) throws IOException;
  }

  /// Standard output.
  record Stdout(PrintWriter out) implements Output {
    @Override
    public void write(Rendering rendering) {
      try (Writer writer = new BufferedWriter(new StopWhenClosed(out), 1 << 16)) {
        rendering.to(writer);
      } catch (StdoutClosedException _) {
        // Whoever reads has seen enough; the exit code still tells the result.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// A file with mode 0600, moved into place when it is complete.
  record ToFile(Path path) implements Output {
    @Override
    public void write(Rendering rendering) {
      try {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
          writeInto(path, rendering); // a device or a FIFO must stay what it is
        } else {
          replace(Files.exists(path) ? path.toRealPath() : path.toAbsolutePath(), rendering);
        }
      } catch (IOException e) {
        throw new OutputException(path, e);
      }
    }

    private static void writeInto(Path target, Rendering rendering) throws IOException {
      try (Writer writer = Files.newBufferedWriter(target, StandardOpenOption.WRITE)) {
        rendering.to(writer);
      }
    }

    private static void replace(Path target, Rendering rendering) throws IOException {
      Path part =
          Files.createTempFile(
              target.resolveSibling("."),
              ".bpfaudit-",
              ".part",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        writeInto(part, rendering);
        Files.move(
            part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    }

    /// Fails early if the file could not be written.
    void requireWritable() {
      Path directory = path.toAbsolutePath().getParent();
      if (directory == null || path.toString().isEmpty() || Files.isDirectory(path)) {
        throw new OutputException(path, new IOException("it is a directory"));
      }
      if (!Files.isDirectory(directory)) {
        throw new OutputException(path, new IOException("no directory " + directory));
      }
      if (!Files.isWritable(Files.exists(path) ? path : directory)) {
        throw new OutputException(path, new IOException("it cannot be written"));
      }
    }
  }

  /// The file asked for with `--output` cannot be written.
  final class OutputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutputException(Path path, IOException cause) {
      super(
          "write "
              + path
              + ": "
              + cause.getMessage()
              + ". Give --output a file that can be written.",
          cause);
    }
  }

  /// Standard output was closed by its reader.
  final class StdoutClosedException extends IOException {
    private static final long serialVersionUID = 1L;
  }

  /// Ends the rendering as soon as standard output is gone, as after `| head`.
  final class StopWhenClosed extends Writer {
    private final PrintWriter out;

    StopWhenClosed(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
      out.write(text, offset, length);
      if (out.checkError()) {
        throw new StdoutClosedException();
      }
    }

    @Override
    public void flush() {
      out.flush();
    }

    @Override
    public void close() {
      out.flush(); // standard output is not ours to close
    }
  }
}
