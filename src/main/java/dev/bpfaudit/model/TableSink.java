package dev.bpfaudit.model;

/// Where a capture puts each table as soon as it is read, so that no more than one map's contents
/// are in memory at a time.
@FunctionalInterface
public interface TableSink {
  /// Keeps `table`, which was read from `map`, and returns the reference by which it is found
  /// again. The caller drops its own copy.
  TableRef keep(BpfMap map, FlatTable table);

  /// Keeps every table in memory.
  static TableSink inMemory() {
    return (map, table) -> TableRef.of(table);
  }
}
