package dev.bpfaudit.attribution;

import dev.bpfaudit.model.HookKind;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How much of the writing between two snapshots was watched.
///
/// @param tracer by what system calls were watched last, null if nothing was
/// @param from when the earlier snapshot was taken
/// @param to when the later one was
/// @param lost writes of which less is known than should be
/// @param gaps the earliest first
/// @param blind paths that this kernel cannot show, by name
public record Coverage(
    @Nullable HookKind tracer,
    Instant from,
    Instant to,
    long lost,
    List<Gap> gaps,
    List<BlindPath> blind) {
  public Coverage {
    gaps = List.copyOf(gaps);
    blind = List.copyOf(blind);
  }

  /// One way of writing that nobody watches.
  public record BlindPath(String path, String why) {}

  /// Whether every write was watched that a hook can see.
  public boolean complete() {
    return tracer != null && lost == 0 && gaps.isEmpty() && blind.isEmpty();
  }
}
