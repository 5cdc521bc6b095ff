package dev.bpfaudit.kernel;

import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Operation;
import java.util.EnumSet;
import java.util.Set;

/// One program of the tracer and what is seen by it.
///
/// @param object in which compiled object it is
/// @param program its name there
/// @param function the kernel's function, or the raw tracepoint, it is attached to
/// @param types of maps that are written by way of it
/// @param operations that are done by way of it
/// @param from who comes that way
record Hook(
    String object,
    String program,
    String function,
    Set<MapType> types,
    Set<Operation> operations,
    From from) {
  static final String OPERATIONS = "operations";
  static final String CALLS = "calls";
  static final String PROGRAMS = "programs";
  static final String KPROBES = "kprobes";
  static final String WITNESS = "witness";

  /// Who comes by a function.
  enum From {
    /// Only the system call.
    CALLS,
    /// Only BPF programs.
    PROGRAMS,
    /// Both.
    BOTH
  }

  Hook {
    types = Set.copyOf(types);
    operations = Set.copyOf(operations);
  }

  /// Under which name it is pinned: unique, and without a slash.
  String pin() {
    return "link_" + program;
  }

  boolean seesCalls() {
    return from != From.PROGRAMS;
  }

  HookKind kind() {
    if (object.equals(KPROBES)) {
      return HookKind.KPROBE;
    }
    // the witness is none, but it is called without ftrace as they are
    return function.startsWith("sys_") || object.equals(WITNESS)
        ? HookKind.TRACEPOINT
        : HookKind.FENTRY;
  }

  static Set<MapType> everyType() {
    Set<MapType> all = EnumSet.allOf(MapType.class);
    all.remove(MapType.UNSPEC);
    return all;
  }
}
