package dev.bpfaudit.attribution;

import dev.bpfaudit.model.BpfMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A map that was created between two snapshots and is in neither.
///
/// @param map as a stored snapshot in between shows it, null if only the tracer saw it
/// @param snapshots the numbers of those that show it
/// @param writes of its entries, as far as the tracer saw them
/// @param who created it and let it go, and wrote its entries, the last first
public record ShortLived(
    long id, @Nullable BpfMap map, List<Long> snapshots, long writes, Attributed who) {
  public ShortLived {
    snapshots = List.copyOf(snapshots);
  }
}
