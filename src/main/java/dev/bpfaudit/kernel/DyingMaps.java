package dev.bpfaudit.kernel;

import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/// Maps that nobody holds any more and that are listed all the same: `bpf_map_put` of
/// `kernel/bpf/syscall.c` lets go of a map first and takes its id away after that, and in a virtual
/// machine its processor may stand still in between. Opening such a map answers ENOENT.
final class DyingMaps {
  /// A processor that stands still for longer is told of as stalled by the kernel itself.
  static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final long PAUSE_NANOS = 5_000_000;

  private DyingMaps() {}

  /// Those of `suspects` that are listed no more; waits for them all.
  ///
  /// @param list gives the ids that are listed now
  static Set<Long> ended(
      Set<Long> suspects, Supplier<? extends Collection<Long>> list, Duration patience) {
    Set<Long> left = new HashSet<>(suspects);
    long until = System.nanoTime() + patience.toNanos();
    while (!left.isEmpty()) {
      left.retainAll(list.get());
      if (System.nanoTime() - until >= 0) {
        break;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
    Set<Long> ended = new HashSet<>(suspects);
    ended.removeAll(left);
    return ended;
  }
}
