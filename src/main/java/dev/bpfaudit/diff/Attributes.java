package dev.bpfaudit.diff;

import dev.bpfaudit.diff.AttributeValue.Amount;
import dev.bpfaudit.diff.AttributeValue.Flag;
import dev.bpfaudit.diff.AttributeValue.FlagSet;
import dev.bpfaudit.diff.AttributeValue.Text;
import dev.bpfaudit.diff.AttributeValue.Texts;
import dev.bpfaudit.model.BpfMap;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Compares what the kernel tells of a map besides its entries. `memlock` is left out: since Linux
/// 6.4 it moves with the contents of some types.
final class Attributes {
  private final BpfMap before;
  private final BpfMap now;
  private final List<AttributeChange> found = new ArrayList<>();

  private Attributes(BpfMap before, BpfMap now) {
    this.before = before;
    this.now = now;
  }

  static List<AttributeChange> between(BpfMap before, BpfMap now) {
    if (before.typeNumber() == 0 || now.typeNumber() == 0) {
      return List.of(); // one side could not be opened, so none of its facts are known
    }
    Attributes changes = new Attributes(before, now);
    changes.compare("name", map -> new Text(map.name()));
    changes.compare("type", map -> new Text(map.typeName()));
    changes.compare("keySize", map -> new Amount(map.keySize()));
    changes.compare("valueSize", map -> new Amount(map.valueSize()));
    changes.compare("maxEntries", map -> new Amount(map.maxEntries()));
    changes.compare("mapFlags", map -> new FlagSet(map.mapFlags()));
    changes.compare("mapExtra", map -> new Amount(map.mapExtra()));
    changes.compare("ifindex", map -> new Amount(map.ifindex()));
    changes.compare("frozen", map -> new Flag(map.frozen()));
    changes.compare("btfDigest", map -> new Text(map.btfDigest().hex()));
    changes.compare("btfKeyTypeId", map -> new Amount(map.btfKeyTypeId()));
    changes.compare("btfValueTypeId", map -> new Amount(map.btfValueTypeId()));
    changes.compare("ownerProgType", map -> new Amount(map.ownerProgType()));
    changes.compare("pins", map -> new Texts(map.pins()));
    return changes.found;
  }

  private void compare(String field, Function<BpfMap, AttributeValue> fact) {
    AttributeValue old = fact.apply(before);
    AttributeValue current = fact.apply(now);
    if (!old.equals(current)) {
      found.add(new AttributeChange(field, old, current));
    }
  }
}
