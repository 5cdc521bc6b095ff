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

/// A mount namespace, and a process in it through which its files can be reached.
///
/// @param inode the number in `/proc/PID/ns/mnt`
/// @param process its `/proc` directory
record MountNamespace(long inode, Path process) {

  /// Every mount namespace but our own, by the oldest process in it; ascending by inode.
  static Collection<MountNamespace> others() {
    Map<Long, MountNamespace> found = new TreeMap<>();
    Optional<Long> own = inodeOf(Path.of("/proc/self"));
    for (Path process : processes()) {
      inodeOf(process)
          .filter(inode -> !own.equals(Optional.of(inode)))
          .ifPresent(inode -> found.putIfAbsent(inode, new MountNamespace(inode, process)));
    }
    return found.values();
  }

  private static List<Path> processes() {
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
