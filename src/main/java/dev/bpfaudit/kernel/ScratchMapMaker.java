package dev.bpfaudit.kernel;

import dev.bpfaudit.model.MapType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import me.bechberger.ebpf.bpf.raw.Lib_1;

/// Makes the tables of the tracer that only user space reads.
final class ScratchMapMaker {
  OwnMap array(String name, int valueSize) {
    return make(MapType.ARRAY, name, 4, valueSize, 1);
  }

  OwnMap hash(String name, int keySize, int valueSize, int rows) {
    return make(MapType.HASH, name, keySize, valueSize, rows);
  }

  private static OwnMap make(MapType type, String name, int keySize, int valueSize, int rows) {
    try (Arena arena = Arena.ofConfined()) {
      int fd =
          Lib_1.bpf_map_create(
              List.of(MapType.values()).indexOf(type),
              arena.allocateFrom(name),
              keySize,
              valueSize,
              rows,
              MemorySegment.NULL);
      return new OwnMap(
          new Fd(ScratchMaps.required(fd, "make table " + name)), keySize, valueSize, rows);
    }
  }
}
