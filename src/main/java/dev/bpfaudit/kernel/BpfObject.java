package dev.bpfaudit.kernel;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import me.bechberger.ebpf.bpf.raw.Lib_1;

/// One compiled object of `bpf/`, opened with libbpf, which moves its accesses to where the running
/// kernel has the fields. Closing lets go of what is neither pinned nor attached. Used by one
/// thread at a time.
final class BpfObject implements AutoCloseable {
  private static final String CONFIGURATION = ".rodata.configuration";

  /// Rows begin as copies of these, so nobody may change them.
  private static final List<String> BLANK_ROWS = List.of("blank", "blank_program");

  private final String name;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment object;

  /// @param name of the source, without `.bpf.c`
  BpfObject(String name) {
    this.name = name;
    MemorySegment previous = Lib_1.libbpf_set_print(MemorySegment.NULL); // it writes to stderr
    assert previous != null;
    byte[] code = bytes(name);
    MemorySegment memory = arena.allocate(code.length, 8);
    MemorySegment.copy(code, 0, memory, ValueLayout.JAVA_BYTE, 0, code.length);
    object = Lib_1.bpf_object__open_mem(memory, code.length, MemorySegment.NULL);
    if (object.equals(MemorySegment.NULL)) {
      arena.close();
      throw new KernelException(
          KernelException.Kind.UNSUPPORTED,
          "open " + name + ".bpf.o",
          "libbpf does not understand it",
          "Install libbpf 1.1 or newer: apt-get install libbpf1");
    }
  }

  /// The compiled object as it was built in.
  static byte[] bytes(String name) {
    try (InputStream in =
        Objects.requireNonNull(
            BpfObject.class.getResourceAsStream("/bpf/" + name + ".bpf.o"), name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Sets what all its programs read and nobody can change once it is loaded.
  void configure(MemorySegment configuration) {
    required(
        Lib_1.bpf_map__set_initial_value(
            map(CONFIGURATION), configuration, configuration.byteSize()),
        "configure");
  }

  /// Makes `table` with room for `entries` and pins it, or uses the one that is pinned there.
  void pin(String table, Path path, int entries) {
    MemorySegment map = map(table);
    required(Lib_1.bpf_map__set_max_entries(map, entries), "size table " + table);
    required(
        Lib_1.bpf_map__set_pin_path(map, arena.allocateFrom(path.toString())),
        "place table " + table);
  }

  /// Loads the programs of which `wanted` likes the name, and no other.
  ///
  /// @return 0 or the negative errno of the first that the kernel refused
  int load(Predicate<String> wanted) {
    MemorySegment program = Lib_1.bpf_object__next_program(object, MemorySegment.NULL);
    while (!program.equals(MemorySegment.NULL)) {
      boolean load = wanted.test(Lib_1.bpf_program__name(program).getString(0));
      required(Lib_1.bpf_program__set_autoload(program, load), "choose programs");
      program = Lib_1.bpf_object__next_program(object, program);
    }
    int failed = Lib_1.bpf_object__load(object);
    if (failed == 0) {
      BLANK_ROWS.forEach(this::freeze);
    }
    return failed;
  }

  /// Only programs may write a table from now on, if this object has it.
  private void freeze(String table) {
    MemorySegment map = Lib_1.bpf_object__find_map_by_name(object, arena.allocateFrom(table));
    if (!map.equals(MemorySegment.NULL)) {
      required(Lib_1.bpf_map_freeze(Lib_1.bpf_map__fd(map)), "freeze " + table);
    }
  }

  /// The descriptor of a loaded program. It belongs to this object.
  int program(String program) {
    MemorySegment found =
        Lib_1.bpf_object__find_program_by_name(object, arena.allocateFrom(program));
    return required(Lib_1.bpf_program__fd(found), "find program " + program);
  }

  private MemorySegment map(String table) {
    MemorySegment map = Lib_1.bpf_object__find_map_by_name(object, arena.allocateFrom(table));
    if (map.equals(MemorySegment.NULL)) {
      throw new IllegalStateException(name + ".bpf.o has no map " + table);
    }
    return map;
  }

  private int required(int answer, String operation) {
    return ScratchMaps.required(answer, operation + " of " + name + ".bpf.o");
  }

  /// Names of the objects of the tracer.
  static List<String> all() {
    return List.of(Hook.PROGRAMS, Hook.OPERATIONS, Hook.KPROBES, Hook.CALLS, Hook.WITNESS);
  }

  @Override
  public void close() {
    Lib_1.bpf_object__close(object);
    arena.close();
  }
}
