package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import me.bechberger.ebpf.bpf.raw.Lib_1;

/// A perf event that a BPF program can hang on: a tracepoint or a kprobe. Closing it takes both
/// away. No sample is ever taken, the event is opened disabled.
///
/// Programs are attached with an ioctl, for links of perf events came with 5.15.
final class PerfEvent implements AutoCloseable {
  private static final int PERF_TYPE_TRACEPOINT = 2;
  private static final long PERF_FLAG_FD_CLOEXEC = 8;

  /// Of `enum bpf_attach_type`.
  private static final int BPF_PERF_EVENT = 41;

  /// `_IOW('$', 8, __u32)`, which is the same on the architectures of [#systemCall()].
  private static final long PERF_EVENT_IOC_SET_BPF = 0x40042408;

  /// `struct perf_event_attr` as of Linux 4.1, `PERF_ATTR_SIZE_VER5`.
  private static final int ATTR_BYTES = 112;

  private static final long TYPE = 0;
  private static final long SIZE = 4;
  private static final long CONFIG = 8;
  private static final long FLAGS = 40;
  private static final long KPROBE_FUNC = 56;
  private static final long DISABLED = 1;

  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle SYSCALL =
      handle(
          "syscall",
          1,
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG));
  private static final MethodHandle IOCTL =
      handle(
          "ioctl",
          2,
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT));

  private final Fd fd;

  private PerfEvent(Fd fd) {
    this.fd = fd;
  }

  /// @param id from the file `id` of an event in tracefs
  /// @throws KernelException if the kernel refuses
  static PerfEvent ofTracepoint(long id) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attr = attr(PERF_TYPE_TRACEPOINT, arena);
      attr.set(ValueLayout.JAVA_LONG, CONFIG, id);
      return open("open a tracepoint", attr);
    }
  }

  /// A probe at the entry of `function`, removed with the event. Since Linux 4.17.
  ///
  /// @param kind from the file `type` of the kprobe PMU in sysfs
  /// @throws KernelException if the kernel refuses
  static PerfEvent ofKprobe(int kind, String function) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment attr = attr(kind, arena);
      attr.set(ValueLayout.JAVA_LONG, KPROBE_FUNC, arena.allocateFrom(function).address());
      return open("open a kprobe", attr);
    }
  }

  /// Lets `program` run whenever the event happens, until this is closed.
  ///
  /// @throws KernelException if the kernel refuses
  void attach(Fd program) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      int failed =
          (int) IOCTL.invokeExact(state, fd.number(), PERF_EVENT_IOC_SET_BPF, program.number());
      if (failed != 0) {
        throw KernelException.refused("attach", errno(state));
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing of its own", e);
    }
  }

  /// As [#attach], by a link, which can be pinned. Since Linux 5.15.
  ///
  /// @throws KernelException if the kernel refuses
  Fd link(int program) {
    int link = Lib_1.bpf_link_create(program, fd.number(), BPF_PERF_EVENT, MemorySegment.NULL);
    return new Fd(ScratchMaps.required(link, "attach"));
  }

  @Override
  public void close() {
    fd.close();
  }

  private static MemorySegment attr(int type, Arena arena) {
    MemorySegment attr = arena.allocate(ATTR_BYTES, 8);
    attr.set(ValueLayout.JAVA_INT, TYPE, type);
    attr.set(ValueLayout.JAVA_INT, SIZE, ATTR_BYTES);
    attr.set(ValueLayout.JAVA_LONG, FLAGS, DISABLED);
    return attr;
  }

  /// The event belongs to the calling thread; the program runs for all.
  private static PerfEvent open(String operation, MemorySegment attr) {
    long number = systemCall();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long fd = (long) SYSCALL.invokeExact(state, number, attr, 0L, -1L, -1L, PERF_FLAG_FD_CLOEXEC);
      if (fd < 0) {
        throw KernelException.refused(operation, errno(state));
      }
      return new PerfEvent(new Fd(Math.toIntExact(fd)));
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("a native call throws nothing of its own", e);
    }
  }

  /// The number of `perf_event_open`, which libc does not wrap.
  private static long systemCall() {
    String architecture = System.getProperty("os.arch");
    return switch (architecture) {
      case "amd64" -> 298;
      case "aarch64", "riscv64" -> 241;
      default ->
          throw new KernelException(
              KernelException.Kind.UNSUPPORTED,
              "open a perf event",
              "not known how on " + architecture,
              "A newer bpfaudit may know.");
    };
  }

  private static int errno(MemorySegment state) {
    return (int) ERRNO.get(state, 0L);
  }

  @SuppressWarnings("restricted") // the binding lacks perf_event_open, and errno after ioctl
  private static MethodHandle handle(String name, int fixed, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        descriptor,
        Linker.Option.firstVariadicArg(fixed),
        Linker.Option.captureCallState("errno"));
  }
}
