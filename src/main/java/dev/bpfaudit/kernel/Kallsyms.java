package dev.bpfaudit.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/// Addresses of kernel functions, `/proc/kallsyms`. With `kernel.kptr_restrict = 2` they are all
/// zero, and then nothing is found.
final class Kallsyms {
  private static final Path FILE = Path.of("/proc/kallsyms");

  private Kallsyms() {}

  /// From the first byte to the one after the last.
  record Range(long start, long end) {}

  /// The functions of these names that are there, each up to the next symbol.
  static List<Range> functions(Set<String> names) {
    List<Long> wanted = new ArrayList<>();
    long[] all;
    try (Stream<String> lines = Files.lines(FILE, StandardCharsets.ISO_8859_1)) {
      all =
          lines
              .filter(line -> line.length() > 19 && !line.endsWith("]"))
              .mapToLong(line -> address(line, names, wanted))
              .sorted()
              .toArray();
    } catch (IOException e) {
      return List.of();
    }
    return wanted.stream()
        .filter(start -> start != 0)
        .map(start -> new Range(start, next(all, start)))
        .toList();
  }

  private static long address(String line, Set<String> names, List<Long> wanted) {
    long address = Long.parseUnsignedLong(line, 0, 16, 16);
    if (names.contains(line.substring(19))) {
      wanted.add(address);
    }
    return address;
  }

  private static long next(long[] sorted, long start) {
    int at = Arrays.binarySearch(sorted, start);
    while (at < sorted.length && sorted[at] == start) {
      at++;
    }
    return at < sorted.length ? sorted[at] : start;
  }
}
