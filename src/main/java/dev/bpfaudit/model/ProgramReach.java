package dev.bpfaudit.model;

import java.util.List;

/// Which maps the code of a BPF program can write.
///
/// @param stores ids of maps whose values it can write through a pointer, ascending
/// @param calls ids of maps it can write by a helper, ascending
public record ProgramReach(TracedProgram program, List<Long> stores, List<Long> calls) {
  public ProgramReach {
    stores = stores.stream().sorted().distinct().toList();
    calls = calls.stream().sorted().distinct().toList();
  }
}
