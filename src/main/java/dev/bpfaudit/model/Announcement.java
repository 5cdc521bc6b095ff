package dev.bpfaudit.model;

/// A process of bpfaudit that said beforehand that it would write to the tracer's own tables.
///
/// @param pid in the first namespace of processes; 0 if it could not know that
/// @param startedTicks when it started, field 22 of `/proc/PID/stat`, in hundredths of a second
///   since the machine did
public record Announcement(long pid, long startedTicks) {}
