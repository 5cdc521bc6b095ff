package dev.bpfaudit.report;

/// How a document is written.
public enum Format {
  /// For people, in a terminal.
  TEXT,
  /// One JSON object and a line feed.
  JSON,
  /// One JSON object a line: one finding of a report, one item of a list.
  JSONL
}
