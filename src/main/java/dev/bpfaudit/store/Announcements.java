package dev.bpfaudit.store;

import dev.bpfaudit.model.Announcement;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.store.StoreException.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The file `announced` in a store's directory: which processes of bpfaudit were about to write to
/// the tables of the tracer that records for this store. It must be kept although the snapshot may
/// not be, so it is no table of the store. Root can write it too; whoever only writes to the
/// tracer's tables does not.
///
/// The first line is the installation of the tracer in hex, then come lines of pid and start.
public record Announcements(Path directory) {
  private static final int MOST = 256;

  private Path file() {
    return directory.resolve("announced");
  }

  /// From now on the store knows of that installation, and forgets those before.
  public void begin(Bytes installation) {
    if (of(installation).isEmpty()) {
      write(installation, List.of());
    }
  }

  /// Adds a process, and forgets the oldest.
  public void add(Bytes installation, Announcement process) {
    List<Announcement> all = new ArrayList<>(of(installation).orElse(List.of()));
    if (all.contains(process)) {
      return;
    }
    all.add(process);
    write(installation, all.subList(Math.max(0, all.size() - MOST), all.size()));
  }

  /// The last ones, the newest last; none if the store does not know of that installation.
  public Optional<List<Announcement>> of(Bytes installation) {
    try {
      List<String> lines = Files.readAllLines(file(), StandardCharsets.ISO_8859_1);
      if (lines.isEmpty() || !lines.getFirst().equals(installation.hex())) {
        return Optional.empty();
      }
      return Optional.of(lines.stream().skip(1).flatMap(line -> parse(line).stream()).toList());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw Failures.of("read " + file(), e, Kind.UNWRITABLE);
    }
  }

  /// A line that is none announces nobody.
  private static Optional<Announcement> parse(String line) {
    String[] words = line.split(" ", 2);
    try {
      return words.length < 2
          ? Optional.empty()
          : Optional.of(new Announcement(Long.parseLong(words[0]), Long.parseLong(words[1])));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private void write(Bytes installation, List<Announcement> processes) {
    StringBuilder text = new StringBuilder(installation.hex()).append('\n');
    processes.forEach(
        one -> text.append(one.pid()).append(' ').append(one.startedTicks()).append('\n'));
    Path draft = directory.resolve("announced.draft");
    try {
      Files.deleteIfExists(draft);
      Files.createFile(draft, StoreDirectory.PRIVATE_FILE);
      Files.writeString(draft, text, StandardCharsets.ISO_8859_1);
      Files.move(draft, file(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw Failures.of("write " + file(), e, Kind.UNWRITABLE);
    }
  }
}
