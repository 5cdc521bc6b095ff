package dev.bpfaudit.attribution;

import dev.bpfaudit.diff.EntryChanges;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.SeededHash;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What the entries of one map are where the two snapshots of a diff agree.
final class Standing {
  private final FlatTable before;
  private final FlatTable now;
  private final UnaryOperator<Bytes> meaning;

  /// Equal bytes may be a change, and others none; those that changed are kept.
  private final boolean byWhatTheyMean;

  private final Set<Bytes> changed = new HashSet<>();

  /// By meaning, if keys have another than their bytes.
  private final Map<Bytes, Bytes> stored = new HashMap<>();

  /// By seed, then by hash.
  private final Map<Long, Map<Long, Bytes>> hashed = new HashMap<>();

  /// @param changes from `before` to `now`, or the other way round
  /// @param meaning a key without the bits that say nothing
  Standing(
      BpfMap map,
      FlatTable before,
      FlatTable now,
      EntryChanges changes,
      UnaryOperator<Bytes> meaning) {
    this.before = before;
    this.now = now;
    this.meaning = meaning;
    this.byWhatTheyMean = map.type() == MapType.PROG_ARRAY;
    if (byWhatTheyMean) {
      changes.forEach(change -> changed.add(change.key()));
    }
    if (map.type() == MapType.LPM_TRIE) {
      keep(before);
      keep(now);
    }
  }

  private void keep(FlatTable table) {
    for (long row = 0; row < table.count(); row++) {
      Bytes key = Bytes.of(table.key(row));
      stored.put(meaning.apply(key), key);
    }
  }

  /// An entry that both sides show alike.
  record Entry(Bytes key, @Nullable Bytes before, @Nullable Bytes now) {
    boolean absent() {
      return before == null && now == null;
    }
  }

  /// The entry under a key, unless it changed.
  Optional<Entry> of(Bytes key) {
    Bytes there = stored.getOrDefault(meaning.apply(key), key);
    Optional<Bytes> was = before.find(there);
    Optional<Bytes> is = now.find(there);
    boolean same = byWhatTheyMean ? !changed.contains(there) : was.equals(is);
    return same
        ? Optional.of(new Entry(there, was.orElse(null), is.orElse(null)))
        : Optional.empty();
  }

  /// The key of which only the hash is known, if it is on either side.
  Optional<Bytes> find(long seed, long hash) {
    return Optional.ofNullable(hashed.computeIfAbsent(seed, this::hashes).get(hash));
  }

  private Map<Long, Bytes> hashes(long seed) {
    Map<Long, Bytes> hashes = new HashMap<>();
    for (FlatTable table : List.of(before, now)) {
      if (table.keySize() <= SeededHash.MOST_BYTES) {
        for (long row = 0; row < table.count(); row++) {
          Bytes key = Bytes.of(table.key(row));
          hashes.put(SeededHash.of(seed, key), key);
        }
      }
    }
    return hashes;
  }
}
