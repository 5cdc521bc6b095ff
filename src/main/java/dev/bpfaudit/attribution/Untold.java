package dev.bpfaudit.attribution;

import dev.bpfaudit.model.BpfMap;

/// A map that was written in a way that does not tell whether something came and went.
///
/// @param writes how often, within the drains that touch the interval
public record Untold(BpfMap map, long writes) {}
