package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.ScratchMap;
import dev.bpfaudit.kernel.ScratchMaps;
import dev.bpfaudit.model.Bytes;
import java.nio.charset.StandardCharsets;

/// A process of the demonstration that writes into a map without any `bpf(2)` write: it stores
/// through a mapping of the array's values.
final class DemoWriter {
  private DemoWriter() {}

  /// @param args id of the map, text to store at its beginning
  public static void main(String[] args) {
    try (ScratchMaps scratch = new ScratchMaps()) {
      ScratchMap map = scratch.open(Long.parseLong(args[0]));
      map.store(0, Bytes.of(args[1].getBytes(StandardCharsets.US_ASCII)));
    }
  }
}
