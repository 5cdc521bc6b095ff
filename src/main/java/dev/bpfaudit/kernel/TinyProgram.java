package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import me.bechberger.ebpf.bpf.raw.Lib_1;
import me.bechberger.ebpf.bpf.raw.bpf_prog_load_opts;

/// The program `r0 = result; exit`, which looks at nothing and changes nothing, wherever it is
/// attached.
///
/// @param type `BPF_PROG_TYPE_*`
/// @param attachType `BPF_TRACE_*` or the like; 0 where the type has none
/// @param function id in the kernel's BTF of the function it is for; 0 where the type has none
record TinyProgram(int type, int attachType, int function) {
  private static final int INSTRUCTIONS = 2;

  static TinyProgram ofType(int type) {
    return new TinyProgram(type, 0, 0);
  }

  /// Loads it; attached to nothing, it goes with its descriptor.
  ///
  /// @throws KernelException if the kernel refuses
  Fd load(String name, int result) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment code = arena.allocate(8 * INSTRUCTIONS, 8);
      code.asByteBuffer().put(instructions(result));
      MemorySegment options = bpf_prog_load_opts.allocate(arena);
      bpf_prog_load_opts.sz(options, bpf_prog_load_opts.sizeof());
      bpf_prog_load_opts.expected_attach_type(options, attachType);
      bpf_prog_load_opts.attach_btf_id(options, function);
      int fd =
          Lib_1.bpf_prog_load(
              type,
              arena.allocateFrom(name),
              arena.allocateFrom("GPL"),
              code,
              INSTRUCTIONS,
              options);
      return new Fd(ScratchMaps.required(fd, "load a program"));
    }
  }

  /// `BPF_ALU64 | BPF_MOV | BPF_K` to r0, then `BPF_JMP | BPF_EXIT`.
  private static ByteBuffer instructions(int result) {
    return ByteBuffer.allocate(8 * INSTRUCTIONS)
        .order(ByteOrder.nativeOrder())
        .putInt(0xb7)
        .putInt(result)
        .putInt(0x95)
        .putInt(0)
        .flip();
  }
}
