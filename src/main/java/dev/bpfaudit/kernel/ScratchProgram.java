package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import me.bechberger.ebpf.bpf.raw.bpf_prog_info;

/// A program of our own, see [ScratchMaps].
public final class ScratchProgram {
  private final Fd fd;
  private final long id;

  ScratchProgram(Fd fd) {
    this.fd = fd;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = bpf_prog_info.allocate(arena);
      ScratchMaps.required(ObjectInfo.fill(fd, info), "read program info");
      this.id = Integer.toUnsignedLong(bpf_prog_info.id(info));
    }
  }

  public long id() {
    return id;
  }

  int fd() {
    return fd.number();
  }

  void close() {
    fd.close();
  }
}
