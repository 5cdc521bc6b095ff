package dev.bpfaudit.attribution;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.SeededHash;
import dev.bpfaudit.model.WrittenKey;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Writes to one map, found by the key they wrote.
final class Keys {
  /// `struct bpf_lpm_trie_key` begins with a u32 `prefixlen`, in the byte order of the host.
  private static final ValueLayout.OfInt PREFIX_LENGTH =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final boolean trie;
  private final boolean keyless;
  private final Map<Bytes, List<SeenWrite>> exact = new HashMap<>();

  /// By seed, then by hash.
  private final Map<Long, Map<Long, List<SeenWrite>>> hashed = new LinkedHashMap<>();

  private final List<SeenWrite> unknown = new ArrayList<>();

  Keys(BpfMap map, List<SeenWrite> writes) {
    trie = map.type() == MapType.LPM_TRIE;
    keyless = map.keySize() == 0;
    writes.forEach(this::add);
  }

  private void add(SeenWrite seen) {
    switch (seen.write().key()) {
      case WrittenKey.Exact(Bytes key) -> exact(key, seen);
      case WrittenKey.Prefix prefix -> prefix(prefix, seen);
      case WrittenKey.Unknown _ -> unknown.add(seen);
      case WrittenKey.Whole _ -> {
        if (keyless) {
          exact(Bytes.EMPTY, seen);
        } else {
          unknown.add(seen);
        }
      }
    }
  }

  private void exact(Bytes key, SeenWrite seen) {
    exact.computeIfAbsent(meaning(key), _ -> new ArrayList<>(1)).add(seen);
  }

  private void prefix(WrittenKey.Prefix key, SeenWrite seen) {
    if (trie && key.start().length() >= trieBytes(key.start())) {
      exact(Bytes.of(Arrays.copyOf(key.start().toArray(), key.size())), seen);
      return;
    }
    hashed
        .computeIfAbsent(seen.seed(), _ -> new HashMap<>())
        .computeIfAbsent(key.hash(), _ -> new ArrayList<>(1))
        .add(seen);
  }

  boolean isEmpty() {
    return !anyKnown() && unknown.isEmpty();
  }

  boolean anyKnown() {
    return !exact.isEmpty() || !hashed.isEmpty();
  }

  /// The writes of exactly this key.
  List<SeenWrite> of(Bytes key) {
    List<SeenWrite> found = exact.getOrDefault(meaning(key), List.of());
    if (hashed.isEmpty() || key.length() > SeededHash.MOST_BYTES) {
      return found;
    }
    List<SeenWrite> all = new ArrayList<>(found);
    hashed.forEach((seed, byHash) -> {
      for (SeenWrite seen : byHash.getOrDefault(SeededHash.of(seed, key), List.of())) {
        if (seen.write().key() instanceof WrittenKey.Prefix prefix && fits(prefix, key)) {
          all.add(seen);
        }
      }
    });
    return all;
  }

  /// All writes of keys of which every byte is known, or every bit that counts.
  Map<Bytes, List<SeenWrite>> known() {
    return exact;
  }

  /// All writes of longer keys, by seed and then by hash.
  Map<Long, Map<Long, List<SeenWrite>>> byHash() {
    return hashed;
  }

  /// The writes of which nobody knows the key.
  List<SeenWrite> ofUnknown() {
    return unknown;
  }

  private static boolean fits(WrittenKey.Prefix prefix, Bytes key) {
    int known = prefix.start().length();
    return prefix.size() == key.length()
        && known <= key.length()
        && Bytes.of(key.asSegment().asSlice(0, known)).equals(prefix.start());
  }

  /// A key without the bits that say nothing: of a trie's key, all behind the prefix. The kernel
  /// keeps them as they were first written.
  Bytes meaning(Bytes key) {
    if (!trie || key.length() < Integer.BYTES) {
      return key;
    }
    byte[] bytes = key.toArray();
    long bits = Integer.toUnsignedLong(key.asSegment().get(PREFIX_LENGTH, 0));
    for (int i = Integer.BYTES; i < bytes.length; i++) {
      long kept = Math.clamp(bits - (i - Integer.BYTES) * 8L, 0, 8);
      bytes[i] &= (byte) (0xff00 >>> kept);
    }
    return Bytes.of(bytes);
  }

  /// How many bytes of a trie's key say something.
  private static long trieBytes(Bytes start) {
    if (start.length() < Integer.BYTES) {
      return Long.MAX_VALUE;
    }
    long bits = Integer.toUnsignedLong(start.asSegment().get(PREFIX_LENGTH, 0));
    return Integer.BYTES + (bits + 7) / 8;
  }
}
