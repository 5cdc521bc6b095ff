package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import me.bechberger.ebpf.bpf.raw.Lib_1;

/// One program of `src/test/scenarios/reach.bpf.c`, loaded until it is closed.
final class ReachObject implements AutoCloseable {
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment object;
  private final long id;
  private final MemorySegment program;
  private MemorySegment link = MemorySegment.NULL;

  ReachObject(Path file, String name) {
    LibbpfLibrary.load();
    object = Lib_1.bpf_object__open_file(arena.allocateFrom(file.toString()), MemorySegment.NULL);
    if (object.equals(MemorySegment.NULL)) {
      throw new AssertionError("cannot open " + file);
    }
    MemorySegment next = Lib_1.bpf_object__next_program(object, MemorySegment.NULL);
    MemorySegment wanted = MemorySegment.NULL;
    while (!next.equals(MemorySegment.NULL)) {
      boolean load = Lib_1.bpf_program__name(next).getString(0).equals(name);
      RawBpf.ok("choose", Lib_1.bpf_program__set_autoload(next, load));
      wanted = load ? next : wanted;
      next = Lib_1.bpf_object__next_program(object, next);
    }
    RawBpf.ok("load " + name, Lib_1.bpf_object__load(object));
    program = wanted;
    id = RawBpf.programId(Lib_1.bpf_program__fd(wanted));
  }

  long id() {
    return id;
  }

  /// Attaches it, an iterator, to the map of this name.
  void attachTo(String map) {
    int fd = Lib_1.bpf_object__find_map_fd_by_name(object, arena.allocateFrom(map));
    MemorySegment which = arena.allocate(16, 8); // union bpf_iter_link_info
    which.set(ValueLayout.JAVA_INT, 0, RawBpf.ok("find " + map, fd));
    MemorySegment options = arena.allocate(24, 8); // struct bpf_iter_attach_opts
    options.set(ValueLayout.JAVA_LONG, 0, 24);
    options.set(ValueLayout.JAVA_LONG, 8, which.address());
    options.set(ValueLayout.JAVA_INT, 16, 16);
    link = Lib_1.bpf_program__attach_iter(program, options);
    if (link.equals(MemorySegment.NULL)) {
      throw new AssertionError("cannot attach to " + map);
    }
  }

  @Override
  public void close() {
    RawBpf.ok("detach", Lib_1.bpf_link__destroy(link));
    Lib_1.bpf_object__close(object);
    arena.close();
  }
}
