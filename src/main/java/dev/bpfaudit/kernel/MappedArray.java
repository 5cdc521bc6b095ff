package dev.bpfaudit.kernel;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// The values of an mmap-able array, mapped into this process for writing.
final class MappedArray implements AutoCloseable {
  private static final int PROT_READ_WRITE = 1 | 2;
  private static final int MAP_SHARED = 1;
  private static final long MAP_FAILED = -1;
  private static final MethodHandle MMAP =
      handle(
          "mmap",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG));
  private static final MethodHandle MUNMAP =
      handle(
          "munmap",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));

  private final MemorySegment memory;

  private MappedArray(MemorySegment memory) {
    this.memory = memory;
  }

  /// Maps the first `length` bytes.
  @SuppressWarnings("restricted") // the size of what mmap returned is known
  static MappedArray of(Fd map, long length) {
    long address;
    try {
      address = (long) MMAP.invokeExact(0L, length, PROT_READ_WRITE, MAP_SHARED, map.number(), 0L);
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing of its own", e);
    }
    if (address == MAP_FAILED) {
      throw new KernelException(
          KernelException.Kind.UNSUPPORTED,
          "map the values of an array",
          "mmap failed",
          "The map must be an array with BPF_F_MMAPABLE, which came with Linux 5.5.");
    }
    return new MappedArray(MemorySegment.ofAddress(address).reinterpret(length));
  }

  MemorySegment memory() {
    return memory;
  }

  @Override
  public void close() {
    int failed;
    try {
      failed = (int) MUNMAP.invokeExact(memory.address(), memory.byteSize());
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing of its own", e);
    }
    if (failed != 0) {
      throw new IllegalStateException("munmap failed");
    }
  }

  @SuppressWarnings("restricted") // the binding lacks mmap
  private static MethodHandle handle(String function, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(linker.defaultLookup().findOrThrow(function), descriptor);
  }
}
