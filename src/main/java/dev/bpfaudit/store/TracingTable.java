package dev.bpfaudit.store;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.model.WritePath;
import java.util.List;

/// Tracings by the SHA-256 of their bytes, each stored once per host. The paths of an observation,
/// which stay the same while a tracer is installed, are stored apart, so that a drain in which
/// nothing was written takes little.
final class TracingTable {
  private static final PackedFacts.Table TABLE =
      new PackedFacts.Table(
          "tracing",
          "SELECT 1 FROM tracing WHERE host = ? AND digest = ?",
          "INSERT INTO tracing (host, digest, data) VALUES (?, ?, ?)",
          "SELECT data FROM tracing WHERE host = ? AND digest = ?");
  private static final Tracing OLDER =
      new Tracing.NotTraced("it was recorded before bpfaudit watched writes");

  private final PackedFacts facts;

  TracingTable(Database database, String host) {
    this.facts = new PackedFacts(database, host, TABLE);
  }

  /// Stores `tracing` in the open transaction unless it is there.
  Drain keep(Tracing tracing) {
    return switch (tracing) {
      case Tracing.NotTraced(String why) -> drain(tracing, facts.keep(TracingCodec.encode(why)));
      case Tracing.Traced(Observation seen) -> {
        Bytes paths = facts.keep(WritePathsCodec.encode(seen.paths()));
        yield drain(tracing, facts.keep(TracingCodec.encode(seen, paths)));
      }
    };
  }

  /// What a row refers to, checked.
  ///
  /// @throws StoreException DAMAGED if it is missing or another
  Tracing load(Drain drain) {
    if (drain.equals(Drain.UNKNOWN)) {
      return OLDER;
    }
    Tracing tracing =
        facts.load(drain.tracing(), bytes -> TracingCodec.decode(bytes, this::loadPaths));
    if (!drain(tracing, drain.tracing()).equals(drain)) {
      throw Failures.damaged("read tracing " + drain.tracing(), "it is of another drain");
    }
    return tracing;
  }

  private static Drain drain(Tracing tracing, Bytes digest) {
    return switch (tracing) {
      case Tracing.NotTraced _ -> new Drain(digest, Bytes.EMPTY, 0);
      case Tracing.Traced(Observation seen) ->
          new Drain(digest, seen.installation(), seen.generation());
    };
  }

  private List<WritePath> loadPaths(Bytes digest) {
    return facts.load(digest, WritePathsCodec::decode);
  }
}
