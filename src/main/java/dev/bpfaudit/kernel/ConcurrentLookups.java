package dev.bpfaudit.kernel;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import me.bechberger.ebpf.bpf.raw.Lib_1;

/// Looks up many keys of one map, many at a time.
///
/// Until Linux 6.8 every lookup in a map of maps waits for an RCU grace period, 10 ms and more,
/// also at an empty slot (`maybe_wait_bpf_programs` in `kernel/bpf/syscall.c`). Those who wait at
/// the same time wait for the same grace period, so threads, which only sleep, divide the time.
final class ConcurrentLookups {
  private static final int MOST_THREADS = 256;

  /// A thread costs as much as a few of the waits it saves.
  private static final int LEAST_KEYS_A_THREAD = 4;

  private static final long STACK_BYTES = 1 << 18;
  private static final long NOT_YET = 1;

  private final MapShape shape;
  private final TableBuilder into;

  ConcurrentLookups(MapShape shape, TableBuilder into) {
    this.shape = shape;
    this.into = into;
  }

  /// Appends the entries of those keys that have one.
  ///
  /// @param keys one after the other
  ReadingEnd read(MemorySegment keys) {
    int rows = Math.toIntExact(keys.byteSize() / shape.keySize());
    try (Arena arena = Arena.ofShared()) {
      Work work = new Work(rows, keys, arena.allocate((long) rows * shape.valueSize(), 8));
      List<Thread> others = new ArrayList<>();
      try {
        start(others, work, Math.min(rows / LEAST_KEYS_A_THREAD, MOST_THREADS) - 1);
        work.run();
      } finally {
        join(others);
      }
      return work.collect();
    }
  }

  /// As many as this process may have: a limit of processes (`pids.max`) only makes it slower.
  private static void start(List<Thread> others, Work work, int count) {
    try {
      for (int i = 0; i < count; i++) {
        others.add(Thread.ofPlatform().name("lookup").stackSize(STACK_BYTES).start(work));
      }
    } catch (OutOfMemoryError _) {
      // "unable to create native thread": those that run do the work
    }
  }

  private static void join(List<Thread> threads) {
    for (Thread thread : threads) {
      boolean interrupted = false;
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException _) {
          interrupted = true; // they use the memory that is freed next
        }
      }
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// What the threads share: each takes the next key until none is left or one failed.
  private final class Work implements Runnable {
    private final int rows;
    private final MemorySegment keys;
    private final MemorySegment values;
    private final boolean[] found;
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicLong failure = new AtomicLong(NOT_YET);

    Work(int rows, MemorySegment keys, MemorySegment values) {
      this.rows = rows;
      this.keys = keys;
      this.values = values;
      this.found = new boolean[rows];
    }

    @Override
    public void run() {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment key = arena.allocate(shape.keySize(), 8);
        MemorySegment value = arena.allocate(shape.valueSize(), 8);
        for (int row = next.getAndIncrement();
            row < rows && failure.get() == NOT_YET;
            row = next.getAndIncrement()) {
          key.copyFrom(keys.asSlice((long) row * shape.keySize(), shape.keySize()));
          int failed = Lib_1.bpf_map_lookup_elem(shape.fd(), key, value);
          if (failed == 0) {
            values.asSlice((long) row * shape.valueSize(), shape.valueSize()).copyFrom(value);
            found[row] = true;
          } else if (failed != -Errno.ENOENT) {
            failure.set(failed);
          }
          asked.getAndIncrement();
        }
      }
    }

    ReadingEnd collect() {
      for (int row = 0; row < rows; row++) {
        if (found[row]) {
          into.append(
              keys.asSlice((long) row * shape.keySize(), shape.keySize()),
              values.asSlice((long) row * shape.valueSize(), shape.valueSize()));
        }
      }
      if (failure.get() != NOT_YET) {
        return ReadingEnd.failed("lookup_elem", Math.toIntExact(failure.get()));
      }
      return asked.get() == rows // a thread that died left a key unasked
          ? new ReadingEnd.Whole()
          : new ReadingEnd.CutShort(
              "lookup_elem: only " + asked.get() + " of " + rows + " answered");
    }
  }
}
