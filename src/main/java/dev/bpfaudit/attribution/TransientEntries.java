package dev.bpfaudit.attribution;

import java.util.List;

/// What came and went in one map.
///
/// @param all ascending by key
/// @param who made them, all together
/// @param untold how many writes there were of which it cannot be told whether they did
record TransientEntries(List<Transient> all, Union who, long untold) {
  static final TransientEntries NONE = new TransientEntries(List.of(), new Union(), 0);

  TransientEntries {
    all = List.copyOf(all);
  }
}
