package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import me.bechberger.ebpf.bpf.raw.Lib_1;

/// One program of `src/test/scenarios/reach.bpf.c`, loaded until it is closed.
final class ReachObject implements AutoCloseable {
  private final Arena arena = Arena.ofConfined();
  private final MemorySegment object;
  private final long id;

  ReachObject(Path file, String name) {
    LibbpfLibrary.load();
    object = Lib_1.bpf_object__open_file(arena.allocateFrom(file.toString()), MemorySegment.NULL);
    if (object.equals(MemorySegment.NULL)) {
      throw new AssertionError("cannot open " + file);
    }
    MemorySegment program = Lib_1.bpf_object__next_program(object, MemorySegment.NULL);
    MemorySegment wanted = MemorySegment.NULL;
    while (!program.equals(MemorySegment.NULL)) {
      boolean this_ = Lib_1.bpf_program__name(program).getString(0).equals(name);
      RawBpf.ok("choose", Lib_1.bpf_program__set_autoload(program, this_));
      wanted = this_ ? program : wanted;
      program = Lib_1.bpf_object__next_program(object, program);
    }
    RawBpf.ok("load " + name, Lib_1.bpf_object__load(object));
    id = RawBpf.programId(Lib_1.bpf_program__fd(wanted));
  }

  long id() {
    return id;
  }

  @Override
  public void close() {
    Lib_1.bpf_object__close(object);
    arena.close();
  }
}
