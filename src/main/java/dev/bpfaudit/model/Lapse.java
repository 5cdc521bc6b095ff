package dev.bpfaudit.model;

import java.util.Set;

/// A time in which writes were not watched although a hook was attached.
///
/// @param fromNanos `CLOCK_BOOTTIME`
/// @param toNanos `CLOCK_BOOTTIME`
/// @param path which way of writing, or `all`
/// @param types the types of map that are written by it
/// @param operations what is done by it
public record Lapse(
    long fromNanos,
    long toNanos,
    String path,
    Set<MapType> types,
    Set<Operation> operations,
    String why) {
  public Lapse {
    types = Set.copyOf(types);
    operations = Set.copyOf(operations);
    if (toNanos < fromNanos) {
      throw new IllegalArgumentException(fromNanos + "…" + toNanos);
    }
  }
}
