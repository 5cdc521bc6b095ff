package dev.bpfaudit.kernel;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// Loads libbpf into this JVM, because the binding only looks functions up in libraries that its
/// class loader has loaded (and its own loader ends the JVM when there is none).
final class LibbpfLibrary {
  private static final String SONAME = "libbpf.so.1";
  private static final String HINT = "Install libbpf 1.1 or newer: apt-get install libbpf1";
  private static boolean loaded;

  private LibbpfLibrary() {}

  /// Loads it once.
  ///
  /// @throws KernelException with kind `UNSUPPORTED` if libbpf is missing or too old
  static synchronized void load() {
    if (!loaded) {
      loadFrom(SONAME);
      loaded = true;
    }
  }

  @SuppressWarnings("restricted") // loading libbpf is what this class is for
  private static void loadFrom(String soname) {
    try (Arena arena = Arena.ofConfined()) {
      SymbolLookup library = SymbolLookup.libraryLookup(soname, arena);
      if (library.find("bpf_map_get_fd_by_id_opts").isEmpty()) {
        throw missing("libbpf is older than 1.1");
      }
      System.load(mappedPath());
    } catch (IllegalArgumentException | UnsatisfiedLinkError e) {
      throw missing(soname + " cannot be loaded");
    } catch (IOException e) {
      throw missing("/proc/self/maps: " + e.getMessage());
    }
  }

  /// Where the dynamic linker found it. `System.load` takes absolute paths only.
  private static String mappedPath() throws IOException {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc/self/maps"), StandardCharsets.ISO_8859_1)) {
      return lines
          .filter(line -> line.contains("/libbpf.so."))
          .map(line -> line.substring(line.indexOf('/')))
          .findFirst()
          .orElseThrow(() -> missing(SONAME + " is not mapped"));
    }
  }

  private static KernelException missing(String cause) {
    return new KernelException(KernelException.Kind.UNSUPPORTED, "load libbpf", cause, HINT);
  }
}
