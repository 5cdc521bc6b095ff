package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;
import me.bechberger.ebpf.bpf.raw.Lib_1;
import me.bechberger.ebpf.bpf.raw.bpf_map_info;

/// One table of the tracer, open.
///
/// @param rows how many it has room for
record OwnMap(Fd fd, int keySize, int valueSize, int rows) implements AutoCloseable {
  private static final int PERCPU_ARRAY = 6;

  static Optional<OwnMap> open(Path pin, int keySize, int valueSize, int rows) {
    return PinnedObject.open(pin).map(fd -> new OwnMap(fd, keySize, valueSize, rows).checked(pin));
  }

  /// @param olderSize of the values of a tracer that an older release installed
  static Optional<OwnMap> open(Path pin, int keySize, int valueSize, int olderSize, int rows) {
    return PinnedObject.open(pin)
        .map(fd -> {
          int size = valueSize(fd) == olderSize ? olderSize : valueSize;
          return new OwnMap(fd, keySize, size, rows).checked(pin);
        });
  }

  private static int valueSize(Fd fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = bpf_map_info.allocate(arena);
      return ObjectInfo.fill(fd, info) == 0 ? bpf_map_info.value_size(info) : 0;
    }
  }

  /// Another map may have been pinned in its place, whose values the kernel would copy past the end
  /// of our buffers.
  private OwnMap checked(Path pin) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = bpf_map_info.allocate(arena);
      boolean known = ObjectInfo.fill(fd, info) == 0;
      boolean fits =
          bpf_map_info.key_size(info) == keySize
              && bpf_map_info.value_size(info) > 0
              && valueSize % bpf_map_info.value_size(info) == 0
              && (bpf_map_info.value_size(info) == valueSize
                  || bpf_map_info.type(info) == PERCPU_ARRAY);
      if (known && fits) {
        return this;
      }
    }
    fd.close();
    throw new KernelException(
        KernelException.Kind.UNSUPPORTED,
        "open " + pin,
        "it is not the table that was pinned there",
        "Install the tracer anew: bpfaudit tracer remove; bpfaudit tracer install");
  }

  /// The value under `key`, allocated in `arena`.
  Optional<MemorySegment> find(MemorySegment key, Arena arena) {
    MemorySegment value = arena.allocate(valueSize, 8);
    int failed = Lib_1.bpf_map_lookup_elem(fd.number(), key, value);
    return failed < 0 ? Optional.empty() : Optional.of(value);
  }

  /// The value of element `index` of an array.
  MemorySegment at(int index, Arena arena) {
    MemorySegment value = arena.allocate(valueSize, 8);
    MemorySegment key = arena.allocateFrom(ValueLayout.JAVA_INT, index);
    ScratchMaps.required(Lib_1.bpf_map_lookup_elem(fd.number(), key, value), "read own table");
    return value;
  }

  void put(MemorySegment key, MemorySegment value) {
    ScratchMaps.required(Lib_1.bpf_map_update_elem(fd.number(), key, value, 0), "write own table");
  }

  void put(int index, MemorySegment value) {
    try (Arena arena = Arena.ofConfined()) {
      put(arena.allocateFrom(ValueLayout.JAVA_INT, index), value);
    }
  }

  /// Removes an entry, if it is there.
  void remove(MemorySegment key) {
    int failed = Lib_1.bpf_map_delete_elem(fd.number(), key);
    if (failed < 0 && failed != -Errno.ENOENT) {
      throw KernelException.refused("empty own table", failed);
    }
  }

  void freeze() {
    ScratchMaps.required(Lib_1.bpf_map_freeze(fd.number()), "freeze own table");
  }

  /// All rows, key and then value, in the order of the keys' bytes.
  dev.bpfaudit.model.FlatTable all() {
    TableBuilder into = new TableBuilder(keySize, valueSize);
    MapShape shape = new MapShape(fd.number(), keySize, valueSize, rows);
    return switch (new BatchReader(shape, into).read()) {
      case ReadingEnd.Whole() -> into.build();
      case ReadingEnd.CutShort(String reason) -> throw unread(reason);
      case ReadingEnd.WrongWay(String reason) -> throw unread(reason);
    };
  }

  private static KernelException unread(String reason) {
    return new KernelException(
        KernelException.Kind.UNSUPPORTED, "read the tracer's ledger", reason, "Try again.");
  }

  @Override
  public void close() {
    fd.close();
  }
}
