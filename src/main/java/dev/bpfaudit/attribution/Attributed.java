package dev.bpfaudit.attribution;

import java.util.List;

/// Who made one change.
///
/// @param writers the last first; each with a confidence of its own
public record Attributed(Level level, List<Writer> writers) {
  public Attributed {
    writers = List.copyOf(writers);
  }
}
