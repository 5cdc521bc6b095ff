package dev.bpfaudit.report;

import java.time.Instant;

/// One run of a command that looked at the host or at the store.
///
/// @param id unique per run
/// @param command as the user knows it: `check`, `diff`, `snapshot`
public record Run(String id, String command, Instant startedAt, Instant finishedAt) {}
