package dev.bpfaudit.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// A process that writes a map at full speed until it is ended.
final class Churner {
  private Churner() {}

  /// Inserts and deletes `args[2]` keys of 4 bytes, from number `args[1]` on, in map `args[0]`.
  public static void main(String[] args) throws IOException {
    int first = Integer.parseInt(args[1]);
    int keys = Integer.parseInt(args[2]);
    try (ScratchMaps scratch = new ScratchMaps()) {
      ScratchMap map = scratch.open(Long.parseLong(args[0]));
      map.update(RawBpf.u32(first), RawBpf.u64(0));
      System.out.write(".".getBytes(StandardCharsets.US_ASCII));
      System.out.flush();
      while (true) {
        for (int i = 0; i < keys; i++) {
          map.update(RawBpf.u32(first + i), RawBpf.u64(i));
        }
        for (int i = 0; i < keys; i++) {
          map.delete(RawBpf.u32(first + i));
        }
      }
    }
  }
}
