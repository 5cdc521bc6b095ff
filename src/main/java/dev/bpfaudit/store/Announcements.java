package dev.bpfaudit.store;

import dev.bpfaudit.model.Announced;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The file `announced` in a store's directory: which processes of bpfaudit were about to write to
/// the tables of the tracers that record for this store. It must be kept although the snapshot may
/// not be, so it is no table of the store. Root can write it too; whoever only writes to a tracer's
/// tables does not.
///
/// A line `tracer INSTALLATION SINCE` begins what is known of one; then come lines `process PID
/// START AT`, as [Announcement] has them.
public record Announcements(Path directory) {
  private static final int MOST_PROCESSES = 256;
  private static final int MOST_TRACERS = 16;

  private Path file() {
    return directory.resolve("announced");
  }

  /// The store was there when that tracer was installed: it is told of everybody.
  public void begin(Bytes installation) {
    Map<Bytes, Announced> all = read();
    if (!all.containsKey(installation)) {
      put(all, installation, new Announced(0, List.of()));
    }
  }

  /// Adds a process. A store that did not know of that installation is told of those that come from
  /// now on.
  public void add(Bytes installation, Announcement process, long nowNanos) {
    Map<Bytes, Announced> all = read();
    Announced known = all.getOrDefault(installation, new Announced(nowNanos, List.of()));
    List<Announcement> processes = new ArrayList<>(known.processes());
    Optional<Announcement> before = processes.stream().filter(process::isSameProcess).findFirst();
    before.ifPresent(processes::remove);
    processes.add(before.orElse(process));
    put(
        all,
        installation,
        new Announced(
            known.sinceNanos(),
            processes.subList(Math.max(0, processes.size() - MOST_PROCESSES), processes.size())));
  }

  /// Those of one tracer; none if the store does not know of it.
  public Optional<Announced> of(Bytes installation) {
    return Optional.ofNullable(read().get(installation));
  }

  /// By installation, the one that was written last at the end. A line that is none says nothing.
  private Map<Bytes, Announced> read() {
    Map<Bytes, Announced> all = new LinkedHashMap<>();
    List<String> lines;
    try {
      lines = Files.readAllLines(file(), StandardCharsets.ISO_8859_1);
    } catch (NoSuchFileException e) {
      return all;
    } catch (IOException e) {
      throw Failures.of("read " + file(), e, Kind.UNWRITABLE);
    }
    Optional<Bytes> tracer = Optional.empty();
    for (String line : lines) {
      String[] words = line.split(" ", -1);
      try {
        if (words[0].equals("tracer") && words.length == 3) {
          tracer = Optional.of(Bytes.fromHex(words[1]));
          all.put(tracer.get(), new Announced(Long.parseLong(words[2]), List.of()));
        } else if (words[0].equals("process") && words.length == 4 && tracer.isPresent()) {
          Announcement process =
              new Announcement(
                  Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
          all.computeIfPresent(tracer.get(), (_, known) -> with(known, process));
        }
      } catch (IllegalArgumentException _) {
        // nobody of ours wrote that
      }
    }
    return all;
  }

  private static Announced with(Announced known, Announcement process) {
    List<Announcement> processes = new ArrayList<>(known.processes());
    processes.add(process);
    return new Announced(known.sinceNanos(), processes);
  }

  private void put(Map<Bytes, Announced> all, Bytes installation, Announced now) {
    all.remove(installation);
    while (all.size() >= MOST_TRACERS) {
      all.remove(all.keySet().iterator().next());
    }
    all.put(installation, now);
    StringBuilder text = new StringBuilder();
    all.forEach((tracer, known) -> {
      text.append("tracer %s %d%n".formatted(tracer.hex(), known.sinceNanos()));
      known
          .processes()
          .forEach(one ->
              text.append(
                  "process %d %d %d%n".formatted(one.pid(), one.startedTicks(), one.atNanos())));
    });
    write(text.toString());
  }

  private void write(String text) {
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
