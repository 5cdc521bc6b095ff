package dev.bpfaudit.model;

/// Who made a write that was seen.
public sealed interface Author {

  /// A process, by the system call `bpf`.
  record Caller(TracedProcess process) implements Author {}

  /// A BPF program.
  record Program(TracedProgram program, Task onTopOf) implements Author {}

  /// A BPF program that cannot be named; `why` says so.
  record UnknownProgram(String why, Task onTopOf) implements Author {}

  /// Neither could be told; `why` says so.
  record Unknown(String why) implements Author {}
}
