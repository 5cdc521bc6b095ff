package dev.bpfaudit.report;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapType;
import java.lang.foreign.ValueLayout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The programs of one capture by id, to say what a tail-call slot points at.
final class ProgramNames {
  private final Map<Long, BpfProgram> byId = new HashMap<>();

  ProgramNames(List<BpfProgram> programs) {
    for (BpfProgram program : programs) {
      byId.put(program.id(), program);
    }
  }

  /// Whether the values of `map` are program ids.
  static boolean namedIn(BpfMap map) {
    return map.type() == MapType.PROG_ARRAY;
  }

  /// The program id in a slot: a u32 in the byte order of this host.
  static long id(Bytes value) {
    return Integer.toUnsignedLong(value.asSegment().get(ValueLayout.JAVA_INT_UNALIGNED, 0));
  }

  /// The program that `value` of `map` points at, null if it is none or nobody knows it.
  @Nullable BpfProgram find(BpfMap map, Bytes value) {
    return namedIn(map) && value.length() == Integer.BYTES ? byId.get(id(value)) : null;
  }
}
