package dev.bpfaudit.kernel;

import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Operation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import me.bechberger.ebpf.bpf.raw.Lib_1;
import me.bechberger.ebpf.bpf.raw.bpf_prog_load_opts;
import me.bechberger.ebpf.bpf.raw.bpf_test_run_opts;

/// A socket filter that writes canaries when it is run, attached to nothing.
final class CanaryProgram {
  private static final int SOCKET_FILTER = 1;
  private static final int PACKET_BYTES = 64;

  /// `enum bpf_func_id`
  private static final int UPDATE = 2;

  private static final int DELETE = 3;
  private static final int PUSH = 87;
  private static final int POP = 88;

  /// Where on the stack the parts lie: value, trie's key, key, index, room for what is taken.
  private static final int VALUE = -8;

  private static final int TRIE_KEY = -16;
  private static final int KEY = -24;
  private static final int INDEX = -32;
  private static final int ROOM = -40;

  private final List<long[]> code = new ArrayList<>();

  /// @param nonce is written as value, and its lower half as key
  CanaryProgram(long nonce) {
    store(VALUE, (int) nonce);
    store(VALUE + 4, (int) (nonce >>> 32));
    store(TRIE_KEY, 32);
    store(TRIE_KEY + 4, (int) nonce);
    store(KEY, (int) nonce);
    store(INDEX, 0);
  }

  /// Adds a write to `map`.
  void add(int map, MapType type, Operation operation) {
    int key =
        switch (type) {
          case LPM_TRIE -> TRIE_KEY;
          case ARRAY, PERCPU_ARRAY -> INDEX;
          default -> KEY;
        };
    insn(0x18, 1, 1, 0, map);
    insn(0, 0, 0, 0, 0);
    switch (operation) {
      case UPDATE -> {
        address(2, key);
        address(3, VALUE);
        insn(0xb7, 4, 0, 0, 0);
        call(UPDATE);
      }
      case DELETE -> {
        address(2, key);
        call(DELETE);
      }
      case PUSH -> {
        address(2, VALUE);
        insn(0xb7, 3, 0, 0, 0);
        call(PUSH);
      }
      case POP -> {
        address(2, ROOM);
        call(POP);
      }
      case LOOKUP_AND_DELETE, FREEZE, CREATE, RELEASE, OPEN, MMAP, STORE ->
          throw new IllegalArgumentException("no program does that: " + operation);
    }
  }

  private void store(int at, int value) {
    insn(0x62, 10, 0, at, value);
  }

  private void address(int register, int at) {
    insn(0xbf, register, 10, 0, 0);
    insn(0x07, register, 0, 0, at);
  }

  private void call(int helper) {
    insn(0x85, 0, 0, 0, helper);
  }

  private void insn(int operation, int to, int from, int offset, int immediate) {
    code.add(new long[] {operation, from << 4 | to, offset, immediate});
  }

  /// Loads it.
  ///
  /// @throws KernelException if the kernel refuses
  Fd load() {
    insn(0xb7, 0, 0, 0, 0);
    insn(0x95, 0, 0, 0, 0);
    ByteBuffer bytes = ByteBuffer.allocate(8 * code.size()).order(ByteOrder.nativeOrder());
    code.forEach(one ->
        bytes.put((byte) one[0]).put((byte) one[1]).putShort((short) one[2]).putInt((int) one[3]));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment instructions = arena.allocate(bytes.capacity(), 8);
      instructions.asByteBuffer().put(bytes.flip());
      MemorySegment options = bpf_prog_load_opts.allocate(arena);
      bpf_prog_load_opts.sz(options, bpf_prog_load_opts.sizeof());
      int fd =
          Lib_1.bpf_prog_load(
              SOCKET_FILTER,
              arena.allocateFrom("bpfaudit_canary"),
              arena.allocateFrom("GPL"),
              instructions,
              code.size(),
              options);
      return new Fd(ScratchMaps.required(fd, "load a canary"));
    }
  }

  /// Runs it once.
  ///
  /// @throws KernelException if the kernel refuses
  static void run(Fd program) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment options = bpf_test_run_opts.allocate(arena);
      bpf_test_run_opts.sz(options, bpf_test_run_opts.sizeof());
      bpf_test_run_opts.data_in(options, arena.allocate(PACKET_BYTES));
      bpf_test_run_opts.data_size_in(options, PACKET_BYTES);
      bpf_test_run_opts.repeat(options, 1);
      ScratchMaps.required(Lib_1.bpf_prog_test_run_opts(program.number(), options), "run a canary");
    }
  }
}
