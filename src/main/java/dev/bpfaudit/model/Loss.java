package dev.bpfaudit.model;

import java.util.Set;

/// Writes that happened and of which less is known than should be.
///
/// @param what which room was too small, or what was skipped
/// @param count how many writes
/// @param scope the maps that are concerned
public record Loss(String what, long count, Scope scope) {
  /// Which maps a loss concerns.
  public sealed interface Scope {}

  /// One map.
  public record OneMap(long mapId) implements Scope {}

  /// All maps of some types.
  public record Types(Set<MapType> types) implements Scope {
    public Types {
      types = Set.copyOf(types);
    }
  }

  /// Every map.
  public record AllMaps() implements Scope {}

  /// No write is missing, but who made it may be.
  public record AuthorsOnly() implements Scope {}
}
