package dev.bpfaudit.attribution;

import dev.bpfaudit.model.Bytes;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An entry that both snapshots show alike, and that was something else in between.
///
/// @param key as it is stored, else as it was written
/// @param truncated whether only the first bytes of the key are known
/// @param before in the earlier snapshot of the diff, null if it was not there
/// @param now in the later one, which means the same
/// @param last what else it was
/// @param snapshots the numbers of the stored snapshots that show it so; none if only the tracer
///   saw it
public record Transient(
    Bytes key,
    boolean truncated,
    @Nullable Bytes before,
    @Nullable Bytes now,
    Last last,
    List<Long> snapshots,
    Attributed who) {
  public Transient {
    snapshots = List.copyOf(snapshots);
  }

  /// What an entry was in between, the last of it that is known.
  public sealed interface Last {}

  /// Another value.
  ///
  /// @param start its first bytes, at most 64 unless a snapshot shows it
  public record Value(Bytes start, int size) implements Last {}

  /// Not there.
  public record Absent() implements Last {}

  /// Another value, of which nothing was kept.
  public record Unknown() implements Last {}

  Transient reversed() {
    return new Transient(
        key, truncated, /* before= */ now, /* now= */ before, last, snapshots, who);
  }
}
