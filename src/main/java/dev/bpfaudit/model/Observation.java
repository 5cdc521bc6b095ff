package dev.bpfaudit.model;

import java.util.List;

/// What the tracer saw from one drain of its ledger to the next.
///
/// @param installation 16 random bytes, new with every installation of the tracer
/// @param generation counts the drains of one installation up from 1
/// @param kind by what system calls are watched
/// @param seed of every [SeededHash] of this installation
/// @param beganNanos `CLOCK_BOOTTIME` of the drain before, or of the installation
/// @param endedNanos `CLOCK_BOOTTIME` of this drain
public record Observation(
    Bytes installation,
    long generation,
    HookKind kind,
    long seed,
    long beganNanos,
    long endedNanos,
    List<WritePath> paths,
    List<Loss> losses,
    List<Lapse> lapses,
    List<ObservedWrite> writes) {
  public Observation {
    paths = List.copyOf(paths);
    losses = List.copyOf(losses);
    lapses = List.copyOf(lapses);
    writes = List.copyOf(writes);
  }
}
