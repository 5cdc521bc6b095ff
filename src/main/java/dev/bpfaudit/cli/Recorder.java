package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.CaptureRequest;
import dev.bpfaudit.kernel.Kernel;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.store.Recording;
import dev.bpfaudit.store.Store;

/// Captures the host into the store.
final class Recorder {
  private Recorder() {}

  /// Reads every map and stores the snapshot, whole or not at all.
  static SnapshotHeader record(
      Store store, Kernel kernel, boolean stackTraces, ProgressLine progress) {
    try (progress;
        Recording recording = store.begin(kernel.host())) {
      CaptureRequest request = new CaptureRequest(map -> true, stackTraces);
      Capture capture = kernel.capture(request, recording, progress);
      return recording.commit(capture);
    }
  }
}
