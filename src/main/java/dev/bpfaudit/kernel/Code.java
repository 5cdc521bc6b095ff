package dev.bpfaudit.kernel;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.BitSet;
import java.util.NavigableSet;
import java.util.TreeSet;

/// The translated instructions of a program as the kernel hands them out: `struct bpf_insn` of
/// `include/uapi/linux/bpf.h`, after `bpf_insn_prepare_dump` in `kernel/bpf/syscall.c` has put ids
/// in the place of maps.
final class Code {
  static final int LD = 0;
  static final int LDX = 1;
  static final int ST = 2;
  static final int STX = 3;
  static final int ALU = 4;
  static final int JMP = 5;
  static final int JMP32 = 6;
  static final int ALU64 = 7;

  static final int LOAD_64 = 0x18;
  static final int CALL = 0x85;
  static final int EXIT = 0x95;
  static final int JUMP = 0x05;
  static final int LONG_JUMP = 0x06; // since 6.6

  static final int PSEUDO_CALL = 1;
  static final int PSEUDO_FUNCTION = 4;

  private static final int BYTES = 8;
  private static final int XOR = 0xa0;
  private static final int KERNELS_OWN_REGISTER = 11;

  private final MemorySegment instructions;
  private final NavigableSet<Integer> functions = new TreeSet<>();
  private final BitSet targets = new BitSet();

  Code(MemorySegment instructions) {
    this.instructions = instructions;
    functions.add(0);
    for (int i = 0; i < length(); i += size(i)) {
      function(i);
      if (jumps(i)) {
        targets.set(Math.clamp(target(i), 0, length()));
      }
    }
    functions.forEach(targets::set);
  }

  private void function(int i) {
    boolean call = opcode(i) == CALL && source(i) == PSEUDO_CALL;
    if (call || (opcode(i) == LOAD_64 && source(i) == PSEUDO_FUNCTION)) {
      functions.add(Math.clamp(call ? called(i) : callback(i), 0, length()));
    }
  }

  int length() {
    return Math.toIntExact(instructions.byteSize() / BYTES);
  }

  /// How many instructions `i` takes up.
  int size(int i) {
    return opcode(i) == LOAD_64 ? 2 : 1;
  }

  int opcode(int i) {
    return Byte.toUnsignedInt(instructions.get(ValueLayout.JAVA_BYTE, at(i)));
  }

  int destination(int i) {
    return instructions.get(ValueLayout.JAVA_BYTE, at(i) + 1) & 0xf;
  }

  int source(int i) {
    return (instructions.get(ValueLayout.JAVA_BYTE, at(i) + 1) >> 4) & 0xf;
  }

  int offset(int i) {
    return instructions.get(ValueLayout.JAVA_SHORT_UNALIGNED, at(i) + 2);
  }

  int immediate(int i) {
    return instructions.get(ValueLayout.JAVA_INT_UNALIGNED, at(i) + 4);
  }

  private static long at(int i) {
    return (long) BYTES * i;
  }

  /// Bytes that a load or store moves.
  int width(int i) {
    return switch (opcode(i) & 0x18) {
      case 0x00 -> 4;
      case 0x08 -> 2;
      case 0x10 -> 1;
      default -> 8;
    };
  }

  boolean jumps(int i) {
    int kind = opcode(i) & 7;
    return (kind == JMP || kind == JMP32) && opcode(i) != CALL && opcode(i) != EXIT;
  }

  int target(int i) {
    return i + 1 + (opcode(i) == LONG_JUMP ? immediate(i) : offset(i));
  }

  /// The subprogram that is called: `jit_subprogs` and `bpf_patch_call_args` in
  /// `kernel/bpf/verifier.c` leave the distance in the field for offsets.
  int called(int i) {
    return i + 1 + offset(i);
  }

  int callback(int i) {
    return i + 1 + immediate(i);
  }

  boolean hasSubprograms() {
    return functions.size() > 1;
  }

  /// Where the function of instruction `i` begins.
  int functionOf(int i) {
    Integer begin = functions.floor(i);
    return begin == null ? 0 : begin;
  }

  /// Whether control may come to `i` from elsewhere than the instruction before.
  boolean isTarget(int i) {
    return targets.get(i);
  }

  /// Whether constants, and with them maps, are hidden: `bpf_jit_blind_constants` in
  /// `kernel/bpf/core.c`, where `net.core.bpf_jit_harden` is set. Nobody else does this to that
  /// register.
  boolean isBlinded() {
    for (int i = 0; i < length(); i += size(i)) {
      int opcode = opcode(i);
      if (destination(i) == KERNELS_OWN_REGISTER
          && (opcode == (ALU64 | XOR) || opcode == (ALU | XOR))) {
        return true;
      }
    }
    return false;
  }
}
