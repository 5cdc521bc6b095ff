package dev.bpfaudit.model;

import java.nio.file.Path;
import java.util.List;

/// The installed tracer.
///
/// @param kind by what system calls are watched
/// @param installedNanos `CLOCK_BOOTTIME`
/// @param nowNanos `CLOCK_BOOTTIME` when this was asked
/// @param store the directory of the store it records for
/// @param current whether this build of bpfaudit installed it
/// @param drainedNanos `CLOCK_BOOTTIME` of the last drain that was stored
/// @param recorded writes waiting for the next drain
/// @param memory bytes its maps take
public record TracerStatus(
    Bytes installation,
    HookKind kind,
    long installedNanos,
    long nowNanos,
    Path store,
    boolean current,
    long drainedNanos,
    long recorded,
    long memory,
    List<WritePath> paths,
    List<Loss> losses) {
  public TracerStatus {
    paths = List.copyOf(paths);
    losses = List.copyOf(losses);
  }
}
