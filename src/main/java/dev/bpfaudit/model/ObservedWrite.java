package dev.bpfaudit.model;

/// Writes of one kind that the kernel counted together: one author, one operation, one map, and one
/// key where keys were kept apart.
///
/// @param mapId of the boot the observation belongs to
/// @param batch whether a batch command did it
/// @param doubtful whether it may have been another key or value: the caller's memory differed
///   before and after the call, or the call failed half-way
/// @param value the last one
/// @param variation whether other values than that one were written too
/// @param count at least 1
/// @param firstNanos `CLOCK_BOOTTIME` of the first
/// @param lastNanos `CLOCK_BOOTTIME` of the last
public record ObservedWrite(
    long mapId,
    Operation operation,
    boolean batch,
    boolean doubtful,
    Author author,
    WrittenKey key,
    WrittenValue value,
    Variation variation,
    long count,
    long firstNanos,
    long lastNanos) {
  public ObservedWrite {
    if (count < 1 || lastNanos < firstNanos) {
      throw new IllegalArgumentException("count " + count + ", " + firstNanos + "…" + lastNanos);
    }
  }

  /// @param varied whether other values were written too, nobody knows when and which
  public ObservedWrite(
      long mapId,
      Operation operation,
      boolean batch,
      boolean doubtful,
      Author author,
      WrittenKey key,
      WrittenValue value,
      boolean varied,
      long count,
      long firstNanos,
      long lastNanos) {
    this(
        mapId,
        operation,
        batch,
        doubtful,
        author,
        key,
        value,
        varied ? new Variation.Since(lastNanos, new WrittenValue.Unknown()) : Variation.NONE,
        count,
        firstNanos,
        lastNanos);
  }
}
