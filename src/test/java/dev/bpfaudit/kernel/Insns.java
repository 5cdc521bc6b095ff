package dev.bpfaudit.kernel;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/// The few BPF instructions that the tests' programs are made of.
final class Insns {
  private Insns() {}

  static ByteBuffer code(int instructions) {
    return ByteBuffer.allocate(8 * instructions).order(ByteOrder.nativeOrder());
  }

  static byte[] move(int register, int value) {
    return insn(0xb7, register, 0, 0, value);
  }

  static byte[] helper(int number) {
    return insn(0x85, 0, 0, 0, number);
  }

  static byte[] exit() {
    return insn(0x95, 0, 0, 0, 0);
  }

  /// `BPF_PSEUDO_MAP_FD`: the register gets the address of the map; two instructions long.
  static byte[] loadMap(int register, int map) {
    return Arrays.copyOf(insn(0x18, register, 1, 0, map), 16);
  }

  private static byte[] insn(int code, int to, int from, int offset, int immediate) {
    return ByteBuffer.allocate(8)
        .order(ByteOrder.nativeOrder())
        .put((byte) code)
        .put((byte) ((from << 4) | to))
        .putShort((short) offset)
        .putInt(immediate)
        .array();
  }
}
