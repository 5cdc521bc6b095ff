package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// System calls the binding lacks.
final class Libc {
  private static final long SYS_MEMBARRIER = 324;
  private static final int MEMBARRIER_CMD_GLOBAL = 1;

  /// `O_RDONLY | O_DIRECTORY | O_CLOEXEC`
  private static final int O_RDONLY_DIRECTORY = 0x90000;

  private Libc() {}

  /// Returns once every program that was running in the kernel has ended: `membarrier(2)` waits for
  /// an RCU grace period (`kernel/sched/membarrier.c`), and the programs of the tracer run inside
  /// RCU read sections.
  ///
  /// @return whether the kernel could do it
  @SuppressWarnings("restricted") // no other way to that system call
  static boolean awaitPrograms() {
    MethodHandle syscall =
        handle(
            "syscall",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT),
            1);
    try {
      return (long) syscall.invokeExact(SYS_MEMBARRIER, MEMBARRIER_CMD_GLOBAL, 0, 0) == 0;
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing of its own", e);
    }
  }

  /// Opens a directory for reading.
  ///
  /// @throws KernelException if that fails
  @SuppressWarnings("restricted") // no other way to a descriptor of a directory
  static Fd openDirectory(Path directory) {
    MethodHandle open =
        handle(
            "open",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            2);
    try (Arena arena = Arena.ofConfined()) {
      int fd = (int) open.invokeExact(arena.allocateFrom(directory.toString()), O_RDONLY_DIRECTORY);
      return new Fd(ScratchMaps.required(fd < 0 ? -Errno.ENOENT : fd, "open " + directory));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing of its own", e);
    }
  }

  /// Mounts a bpffs, as libbpf and systemd do.
  ///
  /// @return whether that worked
  @SuppressWarnings("restricted") // no other way to that system call
  static boolean mountBpffs(Path point) {
    MethodHandle mount =
        handle(
            "mount",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bpf = arena.allocateFrom("bpf");
      MemorySegment target = arena.allocateFrom(point.toString());
      MemorySegment options = arena.allocateFrom("mode=0700");
      return (int) mount.invokeExact(bpf, target, bpf, 0L, options) == 0;
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing of its own", e);
    }
  }

  @SuppressWarnings("restricted")
  private static MethodHandle handle(
      String name, FunctionDescriptor descriptor, int... firstVariadic) {
    Linker linker = Linker.nativeLinker();
    Linker.Option[] options =
        firstVariadic.length == 0
            ? new Linker.Option[0]
            : new Linker.Option[] {Linker.Option.firstVariadicArg(firstVariadic[0])};
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor, options);
  }
}
