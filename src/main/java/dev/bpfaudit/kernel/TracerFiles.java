package dev.bpfaudit.kernel;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/// Where the tracer is pinned.
final class TracerFiles {
  static final Path BPFFS = Path.of("/sys/fs/bpf");
  static final Path DIRECTORY = BPFFS.resolve("bpfaudit");

  static final String WRITES = "writes";
  static final String OVERFLOW = "overflow";
  static final String HANDLES = "handles";
  static final String PROCESSES = "processes";
  static final String PROGRAMS = "programs";
  static final String TOTALS = "totals";
  static final String STATE = "state";
  static final String CALLS = "calls";
  static final String SWITCHES = "switches";
  static final String CUSTODY = "custody";
  static final String HOOKS = "hooks";
  static final String INSTALLATION = "installation";

  /// All tables, in the order of `enum own_table` in `bpf/ledger.h`.
  static final List<String> TABLES =
      List.of(
          WRITES,
          OVERFLOW,
          HANDLES,
          PROCESSES,
          PROGRAMS,
          CALLS,
          TOTALS,
          STATE,
          SWITCHES,
          CUSTODY,
          HOOKS,
          INSTALLATION);

  private TracerFiles() {}

  static Path of(String name) {
    return DIRECTORY.resolve(name);
  }

  static Path of(Hook hook) {
    return of(hook.pin());
  }

  /// @throws KernelException if this process may not look
  static boolean exist() {
    if (Files.exists(BPFFS) && !Files.isExecutable(BPFFS)) {
      throw new KernelException(
          KernelException.Kind.NOT_PERMITTED, "look into " + BPFFS, "EACCES", "Run as root.");
    }
    return Files.isDirectory(DIRECTORY);
  }

  /// Makes the directory, and mounts the bpffs it is in where nobody has.
  static void make() {
    if (KernelFile.mount("bpf").isEmpty() || !isBpffs()) {
      if (!Libc.mountBpffs(BPFFS)) {
        throw new KernelException(
            KernelException.Kind.NOT_PERMITTED,
            "mount a bpffs at " + BPFFS,
            "the kernel refuses",
            "Mount it: mount -t bpf bpf " + BPFFS);
      }
    }
    try {
      Files.createDirectory(
          DIRECTORY,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (IOException e) {
      throw failed("make", e);
    }
  }

  private static boolean isBpffs() {
    try {
      return Files.getFileStore(BPFFS).type().equals("bpf");
    } catch (IOException e) {
      throw failed("look at", e);
    }
  }

  /// Unpins everything; what nobody else holds goes with it.
  static void remove() {
    try (DirectoryStream<Path> pins = Files.newDirectoryStream(DIRECTORY)) {
      for (Path pin : pins) {
        Files.deleteIfExists(pin);
      }
    } catch (IOException e) {
      throw failed("empty", e);
    }
    try {
      Files.deleteIfExists(DIRECTORY);
    } catch (IOException e) {
      throw failed("remove", e);
    }
  }

  private static KernelException failed(String verb, IOException cause) {
    return new KernelException(
        KernelException.Kind.NOT_PERMITTED,
        verb + " " + DIRECTORY,
        String.valueOf(cause.getMessage()),
        "Run as root.");
  }
}
