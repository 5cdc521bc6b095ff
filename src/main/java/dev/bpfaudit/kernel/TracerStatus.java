package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.Loss;
import dev.bpfaudit.model.WritePath;
import java.nio.file.Path;
import java.util.List;

/// The installed tracer.
///
/// @param kind by what system calls are watched
/// @param installedNanos `CLOCK_BOOTTIME`
/// @param store the directory of the store it records for
/// @param recorded entries waiting for the next drain
/// @param memory bytes its maps take
public record TracerStatus(
    Bytes installation,
    HookKind kind,
    long installedNanos,
    Path store,
    long generation,
    long recorded,
    long memory,
    List<WritePath> paths,
    List<Loss> losses) {
  public TracerStatus {
    paths = List.copyOf(paths);
    losses = List.copyOf(losses);
  }
}
