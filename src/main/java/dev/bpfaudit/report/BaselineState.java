package dev.bpfaudit.report;

import dev.bpfaudit.model.Baseline;

/// Which stored snapshot counts as good.
public sealed interface BaselineState extends Document {
  /// This one does.
  record Present(Baseline baseline) implements BaselineState {}

  /// None does yet.
  record Absent() implements BaselineState {}
}
