package dev.bpfaudit.diff;

import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.FlatTable;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Compares the slots of a `prog_array` by the program they point at: its tag, name and type. A
/// program that was loaded anew under another id is no change; another program behind the same id
/// is. Where one of the two is not known, the ids compare.
final class ProgramSlots implements ValueComparison {
  /// User space reads a slot as a u32 program id (`bpf_fd_array_map_lookup_elem` in
  /// `kernel/bpf/arraymap.c`).
  private static final ValueLayout.OfInt ID =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.nativeOrder());

  private final Map<Long, Identity> before;
  private final Map<Long, Identity> now;

  ProgramSlots(Capture before, Capture now) {
    this.before = identities(before);
    this.now = identities(now);
  }

  private static Map<Long, Identity> identities(Capture capture) {
    Map<Long, Identity> byId = new HashMap<>();
    for (BpfProgram program : capture.programs()) {
      if (!program.tag().equals(Bytes.EMPTY)) { // else nothing is known of it but its id
        byId.put(program.id(), new Identity(program.tag(), program.name(), program.typeNumber()));
      }
    }
    return byId;
  }

  @Override
  public boolean same(FlatTable was, long i, FlatTable is, long j) {
    if (was.valueSize() != ID.byteSize() || is.valueSize() != ID.byteSize()) {
      return FlatTable.sameValue(was, i, is, j);
    }
    Optional<Identity> old = identity(before, was, i);
    Optional<Identity> current = identity(now, is, j);
    boolean bothKnown = old.isPresent() && current.isPresent();
    return bothKnown ? old.equals(current) : FlatTable.sameValue(was, i, is, j);
  }

  private static Optional<Identity> identity(Map<Long, Identity> byId, FlatTable table, long row) {
    return Optional.ofNullable(byId.get(Integer.toUnsignedLong(table.value(row).get(ID, 0))));
  }

  private record Identity(Bytes tag, String name, long typeNumber) {}
}
