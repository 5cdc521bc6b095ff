package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import me.bechberger.ebpf.bpf.raw.Lib_1;
import me.bechberger.ebpf.bpf.raw.bpf_map_info;

/// A map of our own, see [ScratchMaps]. Every method throws [KernelException] when the kernel
/// refuses.
public final class ScratchMap {
  private final Fd fd;
  private final long id;
  private final List<Path> pins = new ArrayList<>();

  ScratchMap(Fd fd) {
    this.fd = fd;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = bpf_map_info.allocate(arena);
      ScratchMaps.required(ObjectInfo.fill(fd, info), "read map info");
      this.id = Integer.toUnsignedLong(bpf_map_info.id(info));
    }
  }

  public long id() {
    return id;
  }

  int fd() {
    return fd.number();
  }

  public void update(Bytes key, Bytes value) {
    try (Arena arena = Arena.ofConfined()) {
      int failed = Lib_1.bpf_map_update_elem(fd(), copy(key, arena), copy(value, arena), 0);
      ScratchMaps.required(failed, "update map " + id);
    }
  }

  public void delete(Bytes key) {
    try (Arena arena = Arena.ofConfined()) {
      int failed = Lib_1.bpf_map_delete_elem(fd(), copy(key, arena));
      ScratchMaps.required(failed, "delete from map " + id);
    }
  }

  /// Puts `program` into a slot of a `prog_array`.
  public void put(Bytes slot, ScratchProgram program) {
    update(slot, descriptor(program.fd()));
  }

  /// Puts `inner` into a slot of a map of maps.
  public void put(Bytes slot, ScratchMap inner) {
    update(slot, descriptor(inner.fd()));
  }

  /// Makes the map read-only for user space, for good.
  public void freeze() {
    int failed = Lib_1.bpf_map_freeze(fd());
    ScratchMaps.required(failed, "freeze map " + id);
  }

  /// Pins the map at `path` on a bpffs until the scratch maps are closed.
  public void pin(Path path) {
    byte[] name = NativePath.bytes(path);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocate(name.length + 1L);
      MemorySegment.copy(name, 0, text, ValueLayout.JAVA_BYTE, 0, name.length);
      ScratchMaps.required(Lib_1.bpf_obj_pin(fd(), text), "pin map " + id);
      pins.add(path);
    }
  }

  /// Stores `bytes` through a memory mapping, so that no system call tells of the write. The map
  /// must have been made with [ScratchMaps#MMAPABLE].
  ///
  /// @param offset into the values, each of which takes `round_up(value_size, 8)` bytes
  public void store(long offset, Bytes bytes) {
    try (MappedArray values = MappedArray.of(fd, offset + bytes.length())) {
      MemorySegment.copy(bytes.asSegment(), 0, values.memory(), offset, bytes.length());
    }
  }

  void close() {
    try {
      for (Path pin : pins) {
        Files.deleteIfExists(pin);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      fd.close();
    }
  }

  private static Bytes descriptor(int fd) {
    return Bytes.of(
        ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.nativeOrder()).putInt(fd).array());
  }

  private static MemorySegment copy(Bytes bytes, Arena arena) {
    return arena.allocate(bytes.length(), 8).copyFrom(bytes.asSegment());
  }
}
