package dev.bpfaudit.model;

import java.util.List;

/// One loaded program: `struct bpf_prog_info` of `include/uapi/linux/bpf.h`.
///
/// @param typeNumber the kernel's `enum bpf_prog_type`
/// @param tag the kernel's 8-byte digest of the instructions
/// @param mapIds ids of the maps its instructions reference, ascending
public record BpfProgram(
    long id, long typeNumber, String name, Bytes tag, long uid, List<Long> mapIds) {
  public BpfProgram {
    mapIds = mapIds.stream().sorted().distinct().toList();
  }

  public String typeName() {
    return ProgramType.spell(typeNumber);
  }
}
