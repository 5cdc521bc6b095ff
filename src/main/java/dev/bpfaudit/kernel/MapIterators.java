package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import me.bechberger.ebpf.bpf.raw.Lib_1;
import me.bechberger.ebpf.bpf.raw.bpf_link_info;

/// Programs that are called with each entry of a map they need not mention in their code: iterators
/// over the entries of a map, which get a pointer to the value (since 5.9).
final class MapIterators {
  /// `BPF_LINK_TYPE_ITER`.
  private static final int ITERATOR = 4;

  /// `iter.map.map_id` in `struct bpf_link_info`; 0 for other iterators.
  private static final long MAP_ID_AT = 28;

  private MapIterators() {}

  /// Ids of maps by the id of the program. A link that is gone meanwhile, or that the kernel does
  /// not show, is none.
  static Map<Long, Set<Long>> all() {
    Map<Long, Set<Long>> maps = new HashMap<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment next = arena.allocate(ValueLayout.JAVA_INT);
      int last = 0;
      while (Lib_1.bpf_link_get_next_id(last, next) == 0) {
        last = next.get(ValueLayout.JAVA_INT, 0);
        add(last, maps);
      }
    }
    return maps;
  }

  private static void add(int link, Map<Long, Set<Long>> maps) {
    int number = Lib_1.bpf_link_get_fd_by_id(link);
    if (number < 0) {
      return;
    }
    try (Fd fd = new Fd(number);
        Arena arena = Arena.ofConfined()) {
      MemorySegment info = bpf_link_info.allocate(arena);
      if (ObjectInfo.fill(fd, info) < 0 || bpf_link_info.type(info) != ITERATOR) {
        return;
      }
      long map = Integer.toUnsignedLong(info.get(ValueLayout.JAVA_INT, MAP_ID_AT));
      if (map != 0) {
        long program = Integer.toUnsignedLong(bpf_link_info.prog_id(info));
        maps.computeIfAbsent(program, _ -> new TreeSet<>()).add(map);
      }
    }
  }
}
