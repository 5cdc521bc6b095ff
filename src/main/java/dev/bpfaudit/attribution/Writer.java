package dev.bpfaudit.attribution;

import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Operation;

/// Somebody who was seen doing something to a map.
///
/// @param confidence that it is this that made the change
/// @param count how often, within the drains that touch the interval
/// @param firstNanos `CLOCK_BOOTTIME`, as `clock` understands it
/// @param lastNanos likewise
public record Writer(
    Operation operation,
    boolean batch,
    Author author,
    Level confidence,
    long count,
    long firstNanos,
    long lastNanos,
    WallClock clock) {}
