package dev.bpfaudit.kernel;

import java.io.Closeable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/// Sockets, cgroups and other things of the kernel that maps can point at; closed together. System
/// call numbers are those of x86-64.
final class Resources implements AutoCloseable {
  private static final long OPEN = 2;
  private static final long SOCKET = 41;
  private static final long BIND = 49;
  private static final long SETSOCKOPT = 54;
  private static final long PERF_EVENT_OPEN = 298;
  private static final long PIDFD_OPEN = 434;

  private final Deque<Closeable> open = new ArrayDeque<>();

  void keep(Closeable resource) {
    open.push(resource);
  }

  int keep(Fd fd) {
    open.push(fd::close);
    return fd.number();
  }

  int keepFd(String what, int fd) {
    return keep(new Fd(RawBpf.ok(what, fd)));
  }

  /// A UDP socket bound to a free port of the loopback address, with `SO_REUSEPORT`.
  int udpSocket() {
    int socket = keepFd("socket", RawBpf.call(SOCKET, 2, 2, 0, 0, 0));
    try (Arena arena = Arena.ofConfined()) {
      long one = arena.allocateFrom(ValueLayout.JAVA_INT, 1).address();
      RawBpf.ok("SO_REUSEPORT", RawBpf.call(SETSOCKOPT, socket, 1, 15, one, 4));
      ByteBuffer address = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
      address.putShort((short) 2).putShort((short) 0).put(new byte[] {127, 0, 0, 1});
      long where = arena.allocate(16, 8).copyFrom(MemorySegment.ofArray(address.array())).address();
      RawBpf.ok("bind", RawBpf.call(BIND, socket, where, 16, 0, 0));
    }
    return socket;
  }

  int pidfd() {
    return keepFd("pidfd", RawBpf.call(PIDFD_OPEN, ProcessHandle.current().pid(), 0, 0, 0, 0));
  }

  int open(Path path) {
    try (Arena arena = Arena.ofConfined()) {
      long name = arena.allocateFrom(path.toString()).address();
      return keepFd("open " + path, RawBpf.call(OPEN, name, 0, 0, 0, 0));
    }
  }

  int perfEvent() {
    ByteBuffer attr = ByteBuffer.allocate(112).order(ByteOrder.nativeOrder());
    attr.putInt(0, 1).putInt(4, 112).putLong(8, 10).putLong(24, 1 << 10);
    try (Arena arena = Arena.ofConfined()) {
      long where = arena.allocate(112, 8).copyFrom(MemorySegment.ofArray(attr.array())).address();
      return keepFd("perf event", RawBpf.call(PERF_EVENT_OPEN, where, -1, 0, -1, 0));
    }
  }

  /// A new cgroup below the mount of version 2.
  Path cgroup() throws IOException {
    String mount =
        Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
            .filter(line -> line.contains(" - cgroup2 "))
            .map(line -> line.split(" ", -1)[4])
            .findFirst()
            .orElseThrow(() -> new AssertionError("no cgroup2 is mounted"));
    Path path = Files.createTempDirectory(Path.of(mount), "bpfaudit-test-");
    keep(() -> Files.delete(path));
    return path;
  }

  /// Attaches a `cgroup_skb` program that uses the local storage in `map`, which makes one.
  void attachWithStorage(int map, int cgroup) {
    ByteBuffer code =
        Insns.code(6)
            .put(Insns.loadMap(1, map))
            .put(Insns.move(2, 0))
            .put(Insns.helper(81))
            .put(Insns.move(0, 1))
            .put(Insns.exit());
    int program = keep(RawBpf.loadProgram(8, 1, code, 0));
    ByteBuffer attr = RawBpf.attr().putInt(cgroup).putInt(program).putInt(1);
    RawBpf.ok("attach", RawBpf.bpf(RawBpf.PROG_ATTACH, attr));
    keep(() -> RawBpf.ok("detach", RawBpf.bpf(RawBpf.PROG_DETACH, attr)));
  }

  /// Lets a program on the entry of system calls note the stacks it sees, for a moment.
  static void recordStacks(int map) {
    ByteBuffer code =
        Insns.code(6)
            .put(Insns.loadMap(2, map))
            .put(Insns.move(3, 0))
            .put(Insns.helper(27))
            .put(Insns.move(0, 0))
            .put(Insns.exit());
    try (Arena arena = Arena.ofConfined();
        Fd program = RawBpf.loadProgram(17, 0, code, 0)) {
      long name = arena.allocateFrom("sys_enter").address();
      ByteBuffer attr = RawBpf.attr().putLong(name).putInt(program.number());
      try (Fd link = new Fd(RawBpf.ok("attach", RawBpf.bpf(RawBpf.RAW_TRACEPOINT_OPEN, attr)))) {
        Files.exists(Path.of("/proc/self/fd/" + link.number()));
      }
    }
  }

  @Override
  public void close() throws IOException {
    while (!open.isEmpty()) {
      open.pop().close();
    }
  }
}
