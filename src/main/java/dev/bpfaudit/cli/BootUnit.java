package dev.bpfaudit.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;

/// The systemd unit that installs the tracer at every boot (`systemd.service(5)`), and the link by
/// which it is enabled. What is written before it runs is a gap in the coverage.
record BootUnit(Path directory) {
  static final String NAME = "bpfaudit-tracer.service";
  static final Path SYSTEM = Path.of("/etc/systemd/system");

  /// Writes and enables it.
  ///
  /// @param launcher the command that is to be started
  /// @throws UsageException if this host has no systemd, or its directory cannot be written
  Path write(Path launcher, Path store) {
    if (!Files.isDirectory(directory)) {
      throw new UsageException(
          "there is no "
              + directory
              + ": this host has no systemd. Run \"bpfaudit tracer install\" from what it starts at boot.");
    }
    Path unit = directory.resolve(NAME);
    try {
      Files.writeString(unit, text(launcher, store), StandardCharsets.UTF_8);
      Files.createDirectories(wants());
      Files.createSymbolicLink(wants().resolve(NAME), unit);
    } catch (FileAlreadyExistsException e) {
      return unit; // enabled already
    } catch (IOException e) {
      throw failed("write", e);
    }
    return unit;
  }

  /// Takes it away.
  ///
  /// @return whether there was one
  boolean remove() {
    try {
      Files.deleteIfExists(wants().resolve(NAME));
      return Files.deleteIfExists(directory.resolve(NAME));
    } catch (IOException e) {
      throw failed("remove", e);
    }
  }

  private Path wants() {
    return directory.resolve("multi-user.target.wants");
  }

  private UsageException failed(String verb, IOException e) {
    return new UsageException(
        verb + " " + directory.resolve(NAME) + ": " + e.getMessage() + ". Run as root.");
  }

  private static String text(Path launcher, Path store) {
    return
"""
[Unit]
Description=bpfaudit tracer: who writes to eBPF maps
After=local-fs.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=%s tracer install --quiet --store %s

[Install]
WantedBy=multi-user.target
"""
        .formatted(quoted(launcher), quoted(store));
  }

  /// As `systemd.syntax(7)` wants a word: quoted, with `%`, `$`, `"` and backslash escaped.
  private static String quoted(Path path) {
    String escaped =
        path.toString()
            .replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("%", "%%")
            .replace("$", "$$");
    return "\"" + escaped + "\"";
  }
}
