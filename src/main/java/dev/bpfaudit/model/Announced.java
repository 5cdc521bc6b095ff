package dev.bpfaudit.model;

import java.util.List;

/// Who said beforehand that it would write to the tables of a tracer.
///
/// @param sinceNanos of whom this tells: of those who wrote after this moment of `CLOCK_BOOTTIME`
/// @param processes the newest last
public record Announced(long sinceNanos, List<Announcement> processes) {
  public Announced {
    processes = List.copyOf(processes);
  }
}
