package dev.bpfaudit.model;

/// A capture that was stored.
public record Snapshot(SnapshotHeader header, Capture capture) {}
