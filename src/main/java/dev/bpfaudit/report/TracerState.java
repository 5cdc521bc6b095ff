package dev.bpfaudit.report;

import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.TracerStatus;
import java.time.Instant;
import java.util.List;

/// What is known of the tracer of this host.
public sealed interface TracerState extends Document {
  HostFacts host();

  /// Nothing is installed.
  record Absent(HostFacts host) implements TracerState {}

  /// It is installed.
  ///
  /// @param now the wall clock at `status.nowNanos()`
  /// @param alarms what keeps it from watching, or was done to it, the worst first
  record Present(HostFacts host, TracerStatus status, Instant now, List<Alarm> alarms)
      implements TracerState {
    public Present {
      alarms = List.copyOf(alarms);
    }

    /// The wall clock at a moment of `CLOCK_BOOTTIME`.
    Instant at(long nanos) {
      return now.minusNanos(status.nowNanos() - nanos);
    }
  }
}
