package dev.bpfaudit.kernel;

import static java.lang.Integer.toUnsignedLong;

import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.KernelText;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.LongStream;

/// What the kernel's iterator over programs prints of one: `struct listed_program` in `bpf/list.h`.
///
/// @param attachType `enum bpf_attach_type`
/// @param overrides whether it can make a kernel function return at once (`bpf_override_return`)
/// @param function the kernel's function that it was loaded for, empty if it is for none
/// @param mapIds the first 64 maps that it uses
record ListedProgram(
    long id,
    long typeNumber,
    long attachType,
    boolean overrides,
    Bytes tag,
    String name,
    String function,
    List<Long> mapIds) {
  static final int BYTES = 368;

  private static final long BPF_MODIFY_RETURN = 26;
  private static final long BPF_PROG_TYPE_LSM = 29;
  private static final int MOST_MAPS = 64;

  ListedProgram {
    mapIds = List.copyOf(mapIds);
  }

  static ListedProgram of(MemorySegment row) {
    long maps = Math.min(MOST_MAPS, number(row, 16));
    return new ListedProgram(
        number(row, 0),
        number(row, 4),
        number(row, 8),
        number(row, 12) != 0,
        Bytes.of(row.asSlice(24, 8)),
        KernelText.decode(ObjectInfo.name(row.asSlice(32, 16))),
        KernelText.decode(ObjectInfo.name(row.asSlice(48, 64))),
        LongStream.range(0, maps).mapToObj(i -> number(row, 112 + 4 * i)).toList());
  }

  private static long number(MemorySegment row, long at) {
    return toUnsignedLong(row.get(ValueLayout.JAVA_INT_UNALIGNED, at));
  }

  /// Whether it is made to decide what a function returns by which `bpf(2)` answers: with
  /// `fmod_ret`, at a hook of the LSMs, or with `bpf_override_return`, of which the function is not
  /// known.
  boolean canLie() {
    String hooked = function.startsWith("bpf_lsm_") ? function.substring(8) : function;
    boolean decides = attachType == BPF_MODIFY_RETURN || typeNumber == BPF_PROG_TYPE_LSM;
    return overrides || (decides && hooked.contains("bpf"));
  }

  /// As much of a program's facts as can be had without opening it.
  BpfProgram unopened() {
    return new BpfProgram(id, typeNumber, name, tag, 0, mapIds);
  }
}
