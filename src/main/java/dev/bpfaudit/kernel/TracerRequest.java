package dev.bpfaudit.kernel;

import dev.bpfaudit.model.HookKind;
import java.nio.file.Path;
import java.util.Set;

/// How to install the tracer.
///
/// @param store the directory of the store it records for
/// @param kinds the hooks to try; all unless a test wants fewer
/// @param sizes the room it may take
public record TracerRequest(Path store, Set<HookKind> kinds, Sizes sizes) {
  public TracerRequest {
    kinds = Set.copyOf(kinds);
  }

  /// Entries of the kernel's tables. They are allocated at once and never grow.
  ///
  /// @param writes (map, key, process) and (map, program) that are kept apart between two drains
  /// @param overflow (map, writer) that are counted when there is no more room for keys
  /// @param processes that wrote
  /// @param programs that are or were loaded
  /// @param calls system calls under way, where these are watched by tracepoints
  /// @param keyedEntries maps with at most so many entries keep the writes of programs apart by key
  public record Sizes(
      int writes, int overflow, int processes, int programs, int calls, int keyedEntries) {
    public static final Sizes USUAL = new Sizes(32_768, 4_096, 4_096, 4_096, 4_096, 4_096);
  }
}
