package dev.bpfaudit.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Names of the kernel's functions that programs call. Translated instructions have their distance
/// from `__bpf_call_base`, or 0 where the kernel shows no addresses (`kernel.kptr_restrict = 2`).
final class HelperNames {
  private static final Path FILE = Path.of("/proc/kallsyms");
  private static final byte[] BASE = "__bpf_call_base".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ELEMENT = "_elem".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] HELPER = "bpf_".getBytes(StandardCharsets.US_ASCII);
  private static final int NAME_AT = 19;

  /// Functions by address; read once, because they move only with a boot. Empty where the kernel
  /// shows no addresses.
  private static Optional<Symbols> symbols = Optional.empty();

  private boolean hidden;

  private record Symbols(Map<Long, String> names, long base) {
    static final Symbols NONE = new Symbols(Map.of(), 0);
  }

  /// Empty if nobody knows it.
  ///
  /// @param distance from `__bpf_call_base`
  String of(int distance) {
    Symbols all = distance == 0 ? Symbols.NONE : symbols();
    hidden |= all.base() == 0;
    return all.base() == 0 ? "" : all.names().getOrDefault(all.base() + distance, "");
  }

  /// Whether the kernel hid what was asked for.
  boolean hidden() {
    return hidden;
  }

  /// Takes some 60 ms, so that nobody is to ask in vain.
  private static synchronized Symbols symbols() {
    Symbols read = symbols.orElseGet(HelperNames::read);
    symbols = Optional.of(read);
    return read;
  }

  private static Symbols read() {
    byte[] text;
    try {
      text = Files.readAllBytes(FILE);
    } catch (IOException e) {
      return Symbols.NONE;
    }
    Map<Long, String> names = new HashMap<>();
    long base = 0;
    for (int from = 0; from < text.length; ) {
      int end = from;
      while (end < text.length && text[end] != '\n') {
        end++;
      }
      if (isOurs(text, from, end)) {
        String line = new String(text, from, end - from, StandardCharsets.ISO_8859_1);
        long address = Long.parseUnsignedLong(line, 0, 16, 16);
        String name = line.substring(NAME_AT);
        // two names for one place: better none than the wrong one
        names.merge(address, name, (a, b) -> a.equals(b) ? a : "");
        base = is(text, from + NAME_AT, end, BASE) ? address : base;
      }
      from = end + 1;
    }
    return new Symbols(names, base);
  }

  /// A function of the kernel itself that programs may call.
  private static boolean isOurs(byte[] text, int from, int end) {
    return end - from > NAME_AT
        && text[end - 1] != ']'
        && (is(text, from + NAME_AT, from + NAME_AT + HELPER.length, HELPER)
            || is(text, end - ELEMENT.length, end, ELEMENT)
            || is(text, from + NAME_AT, end, BASE));
  }

  private static boolean is(byte[] text, int from, int end, byte[] what) {
    return end <= text.length
        && end - from == what.length
        && Arrays.equals(text, from, end, what, 0, what.length);
  }
}
