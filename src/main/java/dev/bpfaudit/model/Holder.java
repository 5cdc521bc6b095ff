package dev.bpfaudit.model;

import java.util.List;

/// A process that could write maps.
///
/// @param writable ids of maps it has a descriptor of that may write, ascending
/// @param mapped ids of maps that it has in its memory, writable and shared, ascending
public record Holder(TracedProcess process, List<Long> writable, List<Long> mapped) {
  public Holder {
    writable = writable.stream().sorted().distinct().toList();
    mapped = mapped.stream().sorted().distinct().toList();
  }
}
