package dev.bpfaudit.kernel;

import static java.lang.Integer.toUnsignedLong;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.KernelText;
import dev.bpfaudit.model.MapType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import me.bechberger.ebpf.bpf.raw.bpf_map_info;

/// Turns an open map into a [BpfMap].
final class MapInfo {
  private static final long CLEARING_NANOS = 10_000_000;

  /// A pin is a user too, so that clearing is under way only if it was removed a moment ago.
  private static final long PINNED_NANOS = 1_000_000;

  private final Supplier<Pins> pins;
  private final Supplier<Map<Long, ListedMap>> listed;
  private final BtfDigests btf = new BtfDigests();

  MapInfo(Pins pins) {
    this(() -> pins, Map::of);
  }

  /// @param pins asked for each map
  /// @param listed what the kernel's own list tells of maps that may not be opened, by id; asked
  ///   for such a map
  MapInfo(Supplier<Pins> pins, Supplier<Map<Long, ListedMap>> listed) {
    this.pins = pins;
    this.listed = listed;
  }

  /// @throws UnreadableException if the kernel refuses the facts of this map or of its BTF
  BpfMap of(Fd fd) throws UnreadableException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = bpf_map_info.allocate(arena);
      int failed = ObjectInfo.fill(fd, info);
      if (failed < 0) {
        throw new UnreadableException("read map info", failed);
      }
      BpfMap map = map(info, FdInfo.of(fd));
      if (map.type() == MapType.PROG_ARRAY) {
        letClearingBegin(map.pins().isEmpty() ? CLEARING_NANOS : PINNED_NANOS);
      }
      return map;
    }
  }

  /// When the last user of a `prog_array` lets go, the kernel empties it a moment later
  /// (`prog_array_map_clear` in `kernel/bpf/arraymap.c`: it takes a reference and schedules work).
  /// If we open the map in that moment and close it before the work has begun, a second reference
  /// is taken for work that is scheduled already, and nobody ever drops it: the map stays until the
  /// next boot (seen on 6.18). So a descriptor of such a map is not closed at once.
  private static void letClearingBegin(long nanos) {
    long until = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = until - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private BpfMap map(MemorySegment info, FdInfo fdInfo) throws UnreadableException {
    long id = toUnsignedLong(bpf_map_info.id(info));
    long btfId = toUnsignedLong(bpf_map_info.btf_id(info));
    return new BpfMap(
        id,
        toUnsignedLong(bpf_map_info.type(info)),
        KernelText.decode(ObjectInfo.name(bpf_map_info.name(info))),
        toUnsignedLong(bpf_map_info.key_size(info)),
        toUnsignedLong(bpf_map_info.value_size(info)),
        toUnsignedLong(bpf_map_info.max_entries(info)),
        toUnsignedLong(bpf_map_info.map_flags(info)),
        bpf_map_info.map_extra(info),
        toUnsignedLong(bpf_map_info.ifindex(info)),
        bpf_map_info.netns_dev(info),
        bpf_map_info.netns_ino(info),
        fdInfo.frozen(),
        fdInfo.memlock(),
        btfId,
        toUnsignedLong(bpf_map_info.btf_key_type_id(info)),
        toUnsignedLong(bpf_map_info.btf_value_type_id(info)),
        toUnsignedLong(bpf_map_info.btf_vmlinux_value_type_id(info)),
        btf.of(btfId),
        fdInfo.ownerProgType(),
        pins.get().of(id));
  }

  /// A map that exists and cannot be opened: what the kernel's own list tells of it, else nothing
  /// but its id and pins.
  BpfMap unknown(long id) {
    ListedMap known = listed.get().get(id);
    if (known != null) {
      return known.unopened(pins.get().of(id));
    }
    return new BpfMap(
        id,
        0,
        "",
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        false,
        0,
        0,
        0,
        0,
        0,
        Bytes.EMPTY,
        0,
        List.copyOf(pins.get().of(id)));
  }
}
