package dev.bpfaudit.model;

/// Whether writes were watched before a snapshot.
public sealed interface Tracing {

  /// A tracer watched; what it saw belongs to this snapshot.
  record Traced(Observation observation) implements Tracing {}

  /// None did, or what it saw belongs to another store; `why` says so.
  record NotTraced(String why) implements Tracing {}
}
