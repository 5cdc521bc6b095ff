package dev.bpfaudit.kernel;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import me.bechberger.ebpf.bpf.raw.Lib_1;

/// Runs a program over all objects of a kind in the kernel.
final class BpfIterator {
  private static final int BPF_TRACE_ITER = 28;
  private static final int CHUNK = 1 << 16;

  /// What may be in the way once, when a process ends or memory is short.
  private static final int MOST_AGAINS = 100;

  private BpfIterator() {}

  /// What it wrote, when it has come to its end.
  ///
  /// @param program a descriptor
  /// @throws KernelException if the kernel refuses
  static MemorySegment run(int program) {
    int number = Lib_1.bpf_link_create(program, 0, BPF_TRACE_ITER, MemorySegment.NULL);
    try (Fd link = new Fd(ScratchMaps.required(number, "attach an iterator"));
        Fd iterator =
            new Fd(ScratchMaps.required(Lib_1.bpf_iter_create(link.number()), "open an iterator"));
        Arena arena = Arena.ofConfined()) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      MemorySegment buffer = arena.allocate(CHUNK);
      int again = 0;
      while (true) {
        long read = Lib_1.read(iterator.number(), buffer, CHUNK);
        if (read == 0) {
          return MemorySegment.ofArray(all.toByteArray());
        }
        if (read > 0) {
          all.writeBytes(buffer.asSlice(0, read).toArray(ValueLayout.JAVA_BYTE));
        } else if (++again > MOST_AGAINS) {
          throw new KernelException(
              KernelException.Kind.UNSUPPORTED,
              "read an iterator",
              "it came to no end",
              "Try again.");
        }
      }
    }
  }
}
