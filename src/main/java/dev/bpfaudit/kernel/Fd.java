package dev.bpfaudit.kernel;

import me.bechberger.ebpf.bpf.raw.Lib_1;

/// An open file descriptor, closed at the end of its scope. Descriptors of maps live as short as
/// can be: while one is open the kernel keeps the map and what hangs on its user count
/// (`bpf_map_put_uref` in `kernel/bpf/syscall.c`).
final class Fd implements AutoCloseable {
  private final int number;
  private boolean open = true;

  Fd(int number) {
    if (number < 0) {
      throw new IllegalArgumentException("not a file descriptor: " + number);
    }
    this.number = number;
  }

  int number() {
    return number;
  }

  @Override
  public void close() {
    if (!open) {
      return;
    }
    open = false;
    int failed = Lib_1.close(number);
    if (failed != 0) {
      throw new IllegalStateException("close file descriptor " + number + " failed");
    }
  }
}
