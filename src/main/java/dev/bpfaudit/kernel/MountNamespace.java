package dev.bpfaudit.kernel;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A mount namespace, and processes in it through which its files can be reached. Any of them may
/// end at any time, or see a part of the files only, so there are several.
///
/// @param inode the number in `/proc/PID/ns/mnt`
/// @param processes their `/proc` directories, the best first
record MountNamespace(long inode, List<Path> processes) {
  private static final int MOST_PROCESSES = 8;

  MountNamespace {
    processes = List.copyOf(processes);
  }

  /// Every mount namespace but our own, ascending by inode; by its processes that see all of it,
  /// the oldest first, then by those that were locked up with `chroot`.
  static Collection<MountNamespace> others() {
    Map<Long, List<Path>> found = new TreeMap<>();
    Optional<Long> own = inodeOf(Path.of("/proc/self"));
    for (Path process : running()) {
      inodeOf(process)
          .filter(inode -> !own.equals(Optional.of(inode)))
          .ifPresent(inode -> found.computeIfAbsent(inode, _ -> new ArrayList<>()).add(process));
    }
    List<MountNamespace> namespaces = new ArrayList<>();
    found.forEach((inode, processes) -> namespaces.add(of(inode, processes)));
    return namespaces;
  }

  private static MountNamespace of(long inode, List<Path> processes) {
    return new MountNamespace(
        inode,
        processes.stream()
            .sorted(Comparator.comparing(MountNamespace::isLockedUp))
            .limit(MOST_PROCESSES)
            .toList());
  }

  private static boolean isLockedUp(Path process) {
    try {
      return !Files.readSymbolicLink(process.resolve("root")).equals(Path.of("/"));
    } catch (IOException e) {
      return true;
    }
  }

  private static List<Path> running() {
    List<Path> processes = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      entries.forEach(processes::add);
    } catch (IOException | DirectoryIteratorException e) {
      throw new KernelException(
          KernelException.Kind.UNSUPPORTED,
          "list /proc",
          String.valueOf(e.getMessage()),
          "Mount /proc: mount -t proc proc /proc");
    }
    processes.sort(Comparator.comparingLong(p -> Long.parseLong(p.getFileName().toString())));
    return processes;
  }

  /// From a link such as `mnt:[4026531841]`; empty if the process has ended or is not ours to see.
  private static Optional<Long> inodeOf(Path process) {
    try {
      String link = Files.readSymbolicLink(process.resolve("ns/mnt")).toString();
      return Optional.of(Long.parseLong(link.substring(link.indexOf('[') + 1, link.length() - 1)));
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
