package dev.bpfaudit.report;

import java.time.Instant;

/// What a command that goes on and on has to say besides what it finds.
public record Notice(Instant at, Kind kind, String what) implements Document {

  /// What it is about; `label` is its name in the JSON.
  public enum Kind {
    /// A check could not be made.
    FAILED("failed"),
    /// Checks came late and were left out.
    MISSED("missed"),
    /// The tracer came or went, or cannot be read.
    TRACER("tracer"),
    /// Another process took what was recorded before it could be told.
    DRAINED("drained");

    final String label;

    Kind(String label) {
      this.label = label;
    }
  }
}
