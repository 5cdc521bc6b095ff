package dev.bpfaudit.kernel;

import dev.bpfaudit.model.BpfMap;
import java.util.function.Predicate;

/// What a capture reads.
///
/// @param wanted maps to read; others are left out
/// @param stackTraces whether to read `stack_trace` maps, which swaps each of their slots out and
///   in again (`bpf_stackmap_copy` in `kernel/bpf/stackmap.c`)
public record CaptureRequest(Predicate<BpfMap> wanted, boolean stackTraces) {
  /// All maps, with nothing that writes.
  public static CaptureRequest everything() {
    return new CaptureRequest(map -> true, false);
  }
}
