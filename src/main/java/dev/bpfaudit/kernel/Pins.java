package dev.bpfaudit.kernel;

import dev.bpfaudit.model.KernelText;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import me.bechberger.ebpf.bpf.raw.Lib_1;
import me.bechberger.ebpf.bpf.raw.bpf_map_info;
import me.bechberger.ebpf.bpf.raw.bpf_obj_get_opts;

/// Where maps are pinned: walks every bpffs of this mount namespace, then those that only other
/// namespaces have mounted, through `/proc/PID/root`.
///
/// To learn which map a file stands for it must be opened (`bpf_obj_get_user` in
/// `kernel/bpf/inode.c`), which touches the access time of the file and nothing of the map. Files
/// that stand for programs, links or iterators are closed again or refused.
final class Pins {
  private final Map<Long, List<String>> paths = new HashMap<>();
  private final List<BpffsMount> walked = new ArrayList<>();

  private Pins() {}

  /// For whom they do not matter.
  static Pins none() {
    return new Pins();
  }

  /// Finds all pins.
  static Pins find() {
    return find(MountNamespace.others());
  }

  /// Finds the pins of this mount namespace and of `others`.
  static Pins find(Collection<MountNamespace> others) {
    Pins pins = new Pins();
    pins.walkMounts(Path.of("/proc/self"), "", "");
    for (MountNamespace namespace : others) {
      for (Path process : namespace.processes()) {
        pins.walkMounts(process, process + "/root", "mnt:" + namespace.inode() + ":");
      }
    }
    return pins;
  }

  List<String> of(long mapId) {
    return paths.getOrDefault(mapId, List.of());
  }

  /// Ids of all pinned maps.
  Set<Long> ids() {
    return paths.keySet();
  }

  /// @param under root directory of the process, empty for our own
  /// @param label stands before each path
  private void walkMounts(Path process, String under, String label) {
    try {
      for (BpffsMount mount : BpffsMount.of(process)) {
        Path directory = mount.directory(under);
        if (walked.stream().noneMatch(seen -> seen.covers(mount)) && mount.isAt(directory)) {
          List<Pin> found = walk(directory, under, label);
          if (mount.isAt(directory)) { // else it went away under our feet, and this is not all
            walked.add(mount);
            found.forEach(this::keep);
          }
        }
      }
    } catch (IOException e) {
      // The process has ended, or this process may not look into it. If that is so of all that were
      // tried, the private mounts stay unseen, as to everybody else with these rights.
    }
  }

  /// Not recursive: a deep tree must not use up file descriptors.
  private static List<Pin> walk(Path top, String under, String label) {
    List<Pin> found = new ArrayList<>();
    Deque<Path> open = new ArrayDeque<>(List.of(top));
    while (!open.isEmpty()) {
      for (Path entry : entries(open.pop())) {
        if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          open.push(entry);
        } else if (Files.isRegularFile(entry, LinkOption.NOFOLLOW_LINKS)) {
          pin(entry, under, label).ifPresent(found::add);
        }
      }
    }
    return found;
  }

  /// What is in `directory`; nothing if it was removed while we looked.
  private static List<Path> entries(Path directory) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      entries.forEach(found::add);
    } catch (IOException | DirectoryIteratorException e) {
      return found;
    }
    return found;
  }

  private static Optional<Pin> pin(Path file, String under, String label) {
    byte[] path = NativePath.bytes(file);
    return mapAt(path)
        .map(id -> new Pin(id, label + KernelText.decode(path).substring(under.length())));
  }

  private void keep(Pin pin) {
    paths.computeIfAbsent(pin.mapId(), _ -> new ArrayList<>()).add(pin.path());
  }

  private static Optional<Long> mapAt(byte[] path) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(path.length + 1L);
      MemorySegment.copy(path, 0, name, ValueLayout.JAVA_BYTE, 0, path.length);
      MemorySegment options = bpf_obj_get_opts.allocate(arena);
      bpf_obj_get_opts.sz(options, bpf_obj_get_opts.sizeof());
      bpf_obj_get_opts.file_flags(options, Opening.BPF_F_RDONLY);
      int number = Lib_1.bpf_obj_get_opts(name, options);
      if (number < 0) {
        return Optional.empty();
      }
      try (Fd fd = new Fd(number)) {
        return mapId(fd, arena);
      }
    }
  }

  /// Programs answer the same question in another shape, so first see what it is.
  private static Optional<Long> mapId(Fd fd, Arena arena) {
    try {
      Path kind = Files.readSymbolicLink(Path.of("/proc/self/fd/" + fd.number()));
      MemorySegment info = bpf_map_info.allocate(arena);
      return kind.endsWith("anon_inode:bpf-map") && ObjectInfo.fill(fd, info) == 0
          ? Optional.of(Integer.toUnsignedLong(bpf_map_info.id(info)))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private record Pin(long mapId, String path) {}
}
