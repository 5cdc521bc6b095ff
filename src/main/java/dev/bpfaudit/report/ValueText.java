package dev.bpfaudit.report;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import java.util.List;
import java.util.Optional;

/// The keys and values of one map as text.
///
/// @param cpus slots of a per-CPU value
record ValueText(BpfMap map, ProgramNames programs, int cpus) {

  /// A short key: a tail-call slot by its number, others in hex. Empty if it takes several lines.
  Optional<String> key(Bytes key) {
    return isReference(key) ? Optional.of("slot " + ProgramNames.id(key)) : shortHex(key);
  }

  /// A short value: a tail-call slot by its program, others in hex. Empty if it takes several
  /// lines.
  Optional<String> value(Bytes value) {
    if (isReference(value)) {
      return Optional.of(program(value));
    }
    return slots(value) > 1 ? Optional.empty() : shortHex(value);
  }

  private boolean isReference(Bytes bytes) {
    return ProgramNames.namedIn(map) && bytes.length() == Integer.BYTES;
  }

  private static Optional<String> shortHex(Bytes bytes) {
    return bytes.length() > HexRow.WIDTH ? Optional.empty() : Optional.of(HexRow.line(bytes));
  }

  private String program(Bytes value) {
    BpfProgram program = programs.find(map, value);
    return program == null
        ? "program id " + ProgramNames.id(value) + " (no such program was seen)"
        : Wording.program(program);
  }

  /// How many CPUs `value` holds something for, 0 if it is an ordinary value.
  int slots(Bytes value) {
    boolean whole = cpus > 0 && value.length() > 0 && value.length() % cpus == 0;
    return map.type().perCpu() && whole ? cpus : 0;
  }

  /// The part of a per-CPU value that one CPU has.
  Bytes slot(Bytes value, int cpu) {
    int size = value.length() / cpus;
    return Bytes.of(value.asSegment().asSlice((long) cpu * size, size));
  }

  /// Lines of hex: one without, several with the position they begin at.
  static List<String> rows(Bytes bytes, int from, int to) {
    return bytes.length() <= HexRow.WIDTH
        ? List.of(HexRow.line(bytes))
        : HexRow.of(bytes, from, to).stream().map(HexRow::positioned).toList();
  }
}
