package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.LiveWrite;
import dev.bpfaudit.model.ObservedWrite;
import java.util.List;
import java.util.Optional;

/// Tells what the tracer records between two drains as it goes. A tracer that is installed later,
/// or in another's place, is followed from its beginning.
public interface Follower {
  /// What was recorded since this was asked before.
  ///
  /// @throws KernelException if what is installed cannot be read
  News news();

  /// What is new.
  ///
  /// @param installation of the tracer that is followed, if one is installed
  /// @param nowNanos `CLOCK_BOOTTIME`
  /// @param writes that were counted since, in the order in which they were last counted
  /// @param unkept how many writes were counted whose keys found no room
  /// @param taken what another process has drained meanwhile
  record News(
      Optional<Bytes> installation,
      long nowNanos,
      List<LiveWrite> writes,
      long unkept,
      List<Taken> taken) {
    public News {
      writes = List.copyOf(writes);
      taken = List.copyOf(taken);
    }
  }

  /// Another process drained the tracer. What was counted between the last reading and that drain
  /// stands in the observations of that process's snapshots only.
  ///
  /// @param fromGeneration of the first of these observations
  /// @param toGeneration of the last
  /// @param told what of them was told already, as it was counted then
  record Taken(
      Bytes installation, long fromGeneration, long toGeneration, List<ObservedWrite> told) {
    public Taken {
      told = List.copyOf(told);
    }
  }
}
