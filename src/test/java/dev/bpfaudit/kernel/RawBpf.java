package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Bytes;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;

/// `bpf(2)` and a few other system calls by hand, without libbpf and without anything of the code
/// under test. A negative answer is an errno.
final class RawBpf {
  static final int MAP_CREATE = 0;
  static final int LOOKUP = 1;
  static final int UPDATE = 2;
  static final int NEXT_KEY = 4;
  static final int PROG_LOAD = 5;
  static final int PROG_ATTACH = 8;
  static final int PROG_DETACH = 9;
  static final int INFO_BY_FD = 15;
  static final int RAW_TRACEPOINT_OPEN = 17;
  static final int BTF_LOAD = 18;

  private static final long NR_BPF = 321;
  private static final int ATTR_BYTES = 168;
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle SYSCALL = syscall();

  private RawBpf() {}

  /// `syscall(number, …)`.
  static int call(long number, long a, long b, long c, long d, long e) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      long answer = (long) SYSCALL.invokeExact(state, number, a, b, c, d, e);
      return answer < 0 ? -(int) ERRNO.get(state, 0L) : Math.toIntExact(answer);
    } catch (RuntimeException | Error x) {
      throw x;
    } catch (Throwable x) {
      throw new AssertionError(x);
    }
  }

  static int bpf(int command, ByteBuffer attr) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(ATTR_BYTES, 8);
      memory.copyFrom(MemorySegment.ofBuffer(attr.duplicate().clear()));
      int answer = call(NR_BPF, command, memory.address(), ATTR_BYTES, 0, 0);
      attr.put(0, memory.toArray(ValueLayout.JAVA_BYTE));
      return answer;
    }
  }

  static ByteBuffer attr() {
    return ByteBuffer.allocate(ATTR_BYTES).order(ByteOrder.nativeOrder());
  }

  /// The answer, which must be no errno.
  static int ok(String what, int answer) {
    if (answer < 0) {
      throw new AssertionError(what + ": " + Errno.describe(answer));
    }
    return answer;
  }

  static int create(int type, int keySize, int valueSize, int maxEntries, int flags) {
    return bpf(MAP_CREATE, createAttr(type, keySize, valueSize, maxEntries, flags));
  }

  static ByteBuffer createAttr(int type, int keySize, int valueSize, int maxEntries, int flags) {
    ByteBuffer attr =
        attr().putInt(type).putInt(keySize).putInt(valueSize).putInt(maxEntries).putInt(flags);
    attr.putInt(0).putInt(0);
    attr.put("bpfaudit_test".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    return attr;
  }

  /// With a map of maps, the map whose shape its values have.
  static ByteBuffer withInner(ByteBuffer createAttr, int innerFd) {
    return createAttr.putInt(20, innerFd);
  }

  /// A map whose keys and values are described as `int`.
  static Fd createWithBtf(int type, int keySize, int valueSize, int max, int flags, int btfFd) {
    ByteBuffer attr = createAttr(type, keySize, valueSize, max, flags);
    attr.putInt(48, btfFd).putInt(52, 1).putInt(56, 1);
    return new Fd(ok("create type " + type, bpf(MAP_CREATE, attr)));
  }

  /// BTF with one type: `int`.
  static Fd loadBtf() {
    ByteBuffer btf = ByteBuffer.allocate(24 + 16 + 5).order(ByteOrder.nativeOrder());
    btf.putShort((short) 0xeb9f).put((byte) 1).put((byte) 0).putInt(24);
    btf.putInt(0).putInt(16).putInt(16).putInt(5);
    btf.putInt(1).putInt(1 << 24).putInt(4).putInt((1 << 24) | 32);
    btf.put((byte) 0).put(new byte[] {'i', 'n', 't', 0});
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data =
          arena.allocate(btf.capacity(), 8).copyFrom(MemorySegment.ofArray(btf.array()));
      ByteBuffer attr = attr().putLong(data.address()).putLong(0).putInt(btf.capacity());
      return new Fd(ok("load BTF", bpf(BTF_LOAD, attr)));
    }
  }

  static int update(int map, Bytes key, Bytes value, long flags) {
    try (Arena arena = Arena.ofConfined()) {
      return bpf(
          UPDATE,
          attr()
              .putInt(map)
              .putInt(0)
              .putLong(address(key, arena))
              .putLong(address(value, arena))
              .putLong(flags));
    }
  }

  /// The errno of a look-up, or 0.
  static int lookup(int map, Bytes key, byte[] value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment room = arena.allocate(Math.max(8, value.length), 8);
      int failed =
          bpf(
              LOOKUP,
              attr().putInt(map).putInt(0).putLong(address(key, arena)).putLong(room.address()));
      MemorySegment.copy(room, ValueLayout.JAVA_BYTE, 0, value, 0, value.length);
      return failed;
    }
  }

  /// The errno, or 0 with the next key in `next`.
  static int nextKey(int map, Bytes key, byte[] next) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment room = arena.allocate(Math.max(8, next.length), 8);
      int failed =
          bpf(
              NEXT_KEY,
              attr().putInt(map).putInt(0).putLong(address(key, arena)).putLong(room.address()));
      MemorySegment.copy(room, ValueLayout.JAVA_BYTE, 0, next, 0, next.length);
      return failed;
    }
  }

  /// Every entry of a map that does not change, by next key and look-up.
  static Map<Bytes, Bytes> entries(int map, int keySize, int valueSize) {
    Map<Bytes, Bytes> entries = new TreeMap<>();
    byte[] next = new byte[keySize];
    Bytes key = Bytes.EMPTY;
    while (true) {
      int end = nextKey(map, key, next);
      if (end == -Errno.ENOENT) {
        return entries;
      }
      ok("next key", end);
      key = Bytes.of(next);
      byte[] value = new byte[valueSize];
      int failed = lookup(map, key, value);
      if (failed != -Errno.ENOENT) {
        ok("look-up", failed);
        entries.put(key, Bytes.of(value));
      }
    }
  }

  static long mapId(int map) {
    return info(map, 4);
  }

  static long programId(int program) {
    return info(program, 4);
  }

  private static long info(int fd, int offset) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(256, 8);
      ok("info", bpf(INFO_BY_FD, attr().putInt(fd).putInt(256).putLong(info.address())));
      return Integer.toUnsignedLong(info.get(ValueLayout.JAVA_INT, offset));
    }
  }

  /// `r1 = map; r0 = 1; exit` as a socket filter.
  static Fd loadProgramUsing(int map) {
    ByteBuffer code =
        Insns.code(4).put(Insns.loadMap(1, map)).put(Insns.move(0, 1)).put(Insns.exit());
    return loadProgram(1, 0, code, 0);
  }

  static Fd loadProgram(int type, int expectedAttach, ByteBuffer code, int attachBtfId) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment insns =
          arena
              .allocate(code.capacity(), 8)
              .copyFrom(MemorySegment.ofBuffer(code.duplicate().clear()));
      MemorySegment log = arena.allocate(1 << 16);
      ByteBuffer attr =
          attr()
              .putInt(type)
              .putInt(code.capacity() / 8)
              .putLong(insns.address())
              .putLong(arena.allocateFrom("GPL").address())
              .putInt(1)
              .putInt((int) log.byteSize())
              .putLong(log.address());
      attr.putInt(68, expectedAttach).putInt(108, attachBtfId);
      int fd = bpf(PROG_LOAD, attr);
      if (fd < 0) {
        throw new AssertionError("load: " + Errno.describe(fd) + "\n" + log.getString(0));
      }
      return new Fd(fd);
    }
  }

  static Bytes u32(long value) {
    return Bytes.of(
        ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt((int) value).array());
  }

  static Bytes u64(long value) {
    return Bytes.of(ByteBuffer.allocate(8).order(ByteOrder.nativeOrder()).putLong(value).array());
  }

  private static long address(Bytes bytes, Arena arena) {
    return bytes.length() == 0
        ? 0
        : arena.allocate(bytes.length(), 8).copyFrom(bytes.asSegment()).address();
  }

  @SuppressWarnings("restricted")
  private static MethodHandle syscall() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("syscall"),
        FunctionDescriptor.of(
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_LONG),
        Linker.Option.captureCallState("errno"));
  }
}
