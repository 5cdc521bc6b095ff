package dev.bpfaudit.report;

import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.TracerStatus;
import java.time.Instant;

/// What is known of the tracer of this host.
public sealed interface TracerState extends Document {
  HostFacts host();

  /// Nothing is installed.
  record Absent(HostFacts host) implements TracerState {}

  /// It is installed.
  ///
  /// @param now the wall clock at `status.nowNanos()`
  record Present(HostFacts host, TracerStatus status, Instant now) implements TracerState {
    /// The wall clock at a moment of `CLOCK_BOOTTIME`.
    Instant at(long nanos) {
      return now.minusNanos(status.nowNanos() - nanos);
    }
  }
}
