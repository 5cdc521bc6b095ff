package dev.bpfaudit.report;

import dev.bpfaudit.model.BpfMap;
import java.util.List;

/// Widths that let the headlines of several maps stand below each other.
record MapColumns(int name, int type, int id) {
  private static final int WIDEST_NAME = 24;

  static MapColumns of(List<BpfMap> maps) {
    int name = 0;
    int type = 0;
    int id = 0;
    for (BpfMap map : maps) {
      name = Math.max(name, Math.min(WIDEST_NAME, Wording.name(map).length()));
      type = Math.max(type, map.typeName().length());
      id = Math.max(id, Long.toString(map.id()).length());
    }
    return new MapColumns(name, type, id);
  }

  /// `allow_list hash id 57 /sys/fs/bpf/allow_list`.
  String line(BpfMap map) {
    return pad(Wording.name(map), name)
        + "  "
        + pad(map.typeName(), type)
        + "  id "
        + pad(Long.toString(map.id()), id)
        + "  "
        + Wording.pins(map);
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }
}
