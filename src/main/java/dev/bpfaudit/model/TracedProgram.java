package dev.bpfaudit.model;

/// A BPF program as it was when it was loaded: it may be unloaded since.
///
/// @param typeNumber the kernel's `enum bpf_prog_type`
/// @param subprogram which of its functions wrote; empty for the main one
public record TracedProgram(long id, Bytes tag, String name, long typeNumber, String subprogram) {
  public String typeName() {
    return ProgramType.spell(typeNumber);
  }
}
