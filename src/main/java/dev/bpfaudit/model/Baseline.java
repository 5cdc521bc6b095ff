package dev.bpfaudit.model;

import java.time.Instant;

/// A stored snapshot that somebody accepted as good.
///
/// @param setAt when it was accepted, wall clock
/// @param hash of the approval's link in the hash chain
public record Baseline(SnapshotHeader snapshot, Instant setAt, Bytes hash) {}
