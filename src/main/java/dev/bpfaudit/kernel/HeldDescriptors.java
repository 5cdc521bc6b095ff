package dev.bpfaudit.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Descriptors of maps, programs and links that other processes hold: one walk over
/// `/proc/*/fdinfo`. Links in `/proc/*/fd` tell which files are worth reading. A thread that has a
/// table of descriptors of its own (`unshare(CLONE_FILES)`) is not looked at.
///
/// @param all ascending by pid and descriptor
/// @param unseen what could not be looked at, each in a sentence; empty if the walk was whole
record HeldDescriptors(List<HeldDescriptor> all, List<String> unseen) {
  /// A table of descriptors of one process is limited by `fs.nr_open`, 1,048,576 as it comes.
  private static final long MOST = 1 << 21;

  HeldDescriptors {
    all = List.copyOf(all);
    unseen = List.copyOf(unseen);
  }

  /// Walks all processes but this one.
  static HeldDescriptors find() {
    Walk walk = new Walk(MOST);
    walk.processes();
    return walk.result();
  }

  private static final class Walk {
    private final List<HeldDescriptor> found = new ArrayList<>();
    private final List<String> unseen = new ArrayList<>();
    private long left;
    private long refused;

    Walk(long most) {
      left = most;
    }

    void processes() {
      try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
        Path self = Path.of("/proc").resolve(Files.readSymbolicLink(Path.of("/proc/self")));
        for (Path process : processes) {
          if (!process.equals(self) && left > 0) {
            process(process);
          }
        }
      } catch (IOException | DirectoryIteratorException e) {
        unseen.add("which descriptors other processes hold: list /proc: " + e.getMessage());
      }
    }

    private void process(Path process) {
      long pid = number(process);
      try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(process.resolve("fd"))) {
        for (Path descriptor : descriptors) {
          if (left-- > 0) {
            descriptor(pid, process, descriptor);
          }
        }
      } catch (AccessDeniedException e) {
        refused++;
      } catch (IOException | DirectoryIteratorException e) {
        // the process has ended, and its descriptors are closed
      }
    }

    private void descriptor(long pid, Path process, Path descriptor) {
      try {
        if (Files.readSymbolicLink(descriptor).toString().startsWith("anon_inode:bpf")) {
          Path info = process.resolve("fdinfo").resolve(descriptor.getFileName());
          HeldDescriptor.of(
                  pid, number(descriptor), Files.readAllLines(info, StandardCharsets.ISO_8859_1))
              .ifPresent(found::add);
        }
      } catch (IOException e) {
        // it was closed meanwhile
      }
    }

    HeldDescriptors result() {
      if (refused > 0) {
        unseen.add(
            "which descriptors %d processes hold: EACCES (permission denied)".formatted(refused));
      }
      if (left <= 0) {
        unseen.add("which descriptors the other processes hold, after the first " + MOST);
      }
      found.sort(
          Comparator.comparingLong(HeldDescriptor::pid).thenComparingLong(HeldDescriptor::fd));
      return new HeldDescriptors(found, unseen);
    }

    private static long number(Path path) {
      return Long.parseLong(path.getFileName().toString());
    }
  }
}
