package dev.bpfaudit.model;

import java.time.Instant;

/// One line of the history: which snapshot, of which host, when, and its place in the hash chain.
///
/// @param number counts up from 1 per host; snapshots are ordered by it, not by time
/// @param hash SHA-256 of this link of the chain, which covers all before it
public record SnapshotHeader(
    long number,
    HostFacts host,
    Instant takenAt,
    long boottimeNanos,
    long maps,
    long unread,
    Bytes hash) {}
