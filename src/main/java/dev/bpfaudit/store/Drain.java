package dev.bpfaudit.store;

import dev.bpfaudit.model.Bytes;

/// What the row of a snapshot says of its tracing.
///
/// @param tracing digest of what [TracingTable] holds; empty if the row is older than that table
/// @param installation of the tracer; empty if none watched for this snapshot
/// @param generation which drain of it; 0 if none watched
record Drain(Bytes tracing, Bytes installation, long generation) {
  /// Of a row that is older than the table.
  static final Drain UNKNOWN = new Drain(Bytes.EMPTY, Bytes.EMPTY, 0);
}
