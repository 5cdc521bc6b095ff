package dev.bpfaudit.diff;

import dev.bpfaudit.model.BpfMap;
import java.util.ArrayList;
import java.util.List;

/// Compares what the kernel tells of a map besides its entries. `memlock` is left out: since Linux
/// 6.4 it moves with the contents of some types.
final class Attributes {
  private Attributes() {}

  static List<AttributeChange> between(BpfMap before, BpfMap now) {
    if (before.typeNumber() == 0 || now.typeNumber() == 0) {
      return List.of(); // one side could not be opened, so none of its facts are known
    }
    List<AttributeChange> changes = new ArrayList<>();
    compare(changes, "name", before.name(), now.name());
    compare(changes, "type", before.typeName(), now.typeName());
    compare(changes, "keySize", before.keySize(), now.keySize());
    compare(changes, "valueSize", before.valueSize(), now.valueSize());
    compare(changes, "maxEntries", before.maxEntries(), now.maxEntries());
    compare(changes, "mapFlags", hex(before.mapFlags()), hex(now.mapFlags()));
    compare(changes, "mapExtra", before.mapExtra(), now.mapExtra());
    compare(changes, "ifindex", before.ifindex(), now.ifindex());
    compare(changes, "frozen", before.frozen(), now.frozen());
    compare(changes, "btfDigest", before.btfDigest(), now.btfDigest());
    compare(changes, "btfKeyTypeId", before.btfKeyTypeId(), now.btfKeyTypeId());
    compare(changes, "btfValueTypeId", before.btfValueTypeId(), now.btfValueTypeId());
    compare(changes, "ownerProgType", before.ownerProgType(), now.ownerProgType());
    compare(changes, "pins", String.join(" ", before.pins()), String.join(" ", now.pins()));
    return changes;
  }

  private static String hex(long flags) {
    return "0x" + Long.toHexString(flags);
  }

  private static void compare(
      List<AttributeChange> changes, String field, Object before, Object now) {
    if (!before.equals(now)) {
      changes.add(new AttributeChange(field, before.toString(), now.toString()));
    }
  }
}
