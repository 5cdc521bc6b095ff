package dev.bpfaudit.model;

import java.util.Set;

/// One way by which maps are written, and whether it is watched.
///
/// @param name the kernel's function or system call, with who comes by it
/// @param types the types of map that are written by it
/// @param operations what is done by it
/// @param state whether it is watched
public record WritePath(
    String name, HookKind kind, Set<MapType> types, Set<Operation> operations, State state) {
  public WritePath {
    types = Set.copyOf(types);
    operations = Set.copyOf(operations);
  }

  /// Whether a path is watched.
  public sealed interface State {}

  /// Without interruption since this moment of `CLOCK_BOOTTIME`.
  public record Watched(long sinceNanos) implements State {}

  /// Nothing that comes by it is seen; `why` names the refusal.
  public record Blind(String why) implements State {}
}
