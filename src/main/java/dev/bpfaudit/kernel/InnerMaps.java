package dev.bpfaudit.kernel;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.TableRef;
import dev.bpfaudit.model.TableSink;
import java.lang.foreign.ValueLayout;
import java.util.HashSet;
import java.util.Set;

/// Passes tables on and notes the ids of the maps that lie in maps of maps.
final class InnerMaps implements TableSink {
  private final TableSink sink;
  private final Set<Long> ids = new HashSet<>();

  InnerMaps(TableSink sink) {
    this.sink = sink;
  }

  /// Of all tables so far.
  Set<Long> ids() {
    return ids;
  }

  @Override
  public TableRef keep(BpfMap map, FlatTable table) {
    if (map.type() == MapType.ARRAY_OF_MAPS || map.type() == MapType.HASH_OF_MAPS) {
      for (long row = 0; row < table.count(); row++) {
        ids.add(Integer.toUnsignedLong(table.value(row).get(ValueLayout.JAVA_INT_UNALIGNED, 0)));
      }
    }
    return sink.keep(map, table);
  }
}
