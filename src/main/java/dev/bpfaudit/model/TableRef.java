package dev.bpfaudit.model;

import java.util.function.Supplier;

/// A flat table by its digest, fetched when somebody looks inside. Two references with one digest
/// are the same table, so unchanged contents are never loaded.
public final class TableRef {
  private final Bytes digest;
  private final Supplier<FlatTable> source;

  private TableRef(Bytes digest, Supplier<FlatTable> source) {
    this.digest = digest;
    this.source = source;
  }

  /// A table that is held in memory.
  public static TableRef of(FlatTable table) {
    return new TableRef(table.digest(), () -> table);
  }

  /// A table that `source` fetches anew at every call.
  public static TableRef stored(Bytes digest, Supplier<FlatTable> source) {
    return new TableRef(digest, source);
  }

  public Bytes digest() {
    return digest;
  }

  public FlatTable load() {
    return source.get();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TableRef ref && digest.equals(ref.digest);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return "table " + digest.hex();
  }
}
