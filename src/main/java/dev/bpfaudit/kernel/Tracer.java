package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Announced;
import dev.bpfaudit.model.Announcement;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.TracerStatus;
import dev.bpfaudit.model.Tracing;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The tracer that lives in the kernel, pinned under `/sys/fs/bpf/bpfaudit/`. It records for one
/// store.
public interface Tracer {
  /// What is installed.
  Optional<TracerStatus> status();

  /// Attaches every hook this kernel allows; what is attached already stays.
  ///
  /// @throws KernelException if nothing can be attached
  TracerStatus install(TracerRequest request);

  /// Takes everything away again.
  ///
  /// @return whether there was a tracer
  boolean remove();

  /// Reads what was recorded since the last retired drain, and leaves it there.
  ///
  /// @param store the directory of the store that asks
  /// @param committed the newest generation of that installation the store has
  Tracing drain(Path store, Committed committed);

  /// What the last drain found that keeps the tracer from watching, or that somebody did to it.
  List<Alarm> alarms();

  /// Whether something is wrong with what is installed that installing it anew mends, as far as the
  /// last [#status] or drain saw.
  boolean isDamaged();

  /// Gives the room of a drain back, once the store has it.
  void retire(Tracing drained);

  /// Reads what is recorded from now on, while it is recorded. It is no drain, and changes nothing.
  ///
  /// @throws KernelException if what is installed cannot be read
  Follower follow();

  /// What a store has of an installation.
  interface Committed {
    /// @return the newest stored generation, 0 if none
    long generation(Bytes installation);

    /// @return when that generation ended, in nanoseconds of `CLOCK_BOOTTIME`; 0 if there is none
    long endedNanos(Bytes installation);

    /// Keeps, before this returns and whatever becomes of the snapshot, that a process is about to
    /// write to the tables of that installation.
    ///
    /// @param nowNanos a store that did not know of that installation tells of who comes later
    /// @throws KernelException if it cannot
    void announce(Bytes installation, Announcement self, long nowNanos);

    /// @return those that announced themselves, at least the last hundred; empty if the store does
    ///   not know of that installation
    Optional<Announced> announced(Bytes installation);
  }
}
