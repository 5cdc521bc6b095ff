package dev.bpfaudit.attribution;

import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Operation;

/// Somebody who was seen doing something to a map, or who could have.
///
/// @param confidence that it is this that made the change
/// @param count how often, within the drains that touch the interval; 0 if nobody saw it
/// @param firstNanos `CLOCK_BOOTTIME`, as `clock` understands it; of a [Means#MAPPING] when it was
///   made, of other candidates nothing
/// @param lastNanos likewise
/// @param means why it is named
public record Writer(
    Operation operation,
    boolean batch,
    Author author,
    Level confidence,
    long count,
    long firstNanos,
    long lastNanos,
    WallClock clock,
    Means means) {}
