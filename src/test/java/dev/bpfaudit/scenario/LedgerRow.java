package dev.bpfaudit.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A row of the tracer's ledger as bpftool shows it: bytes in hex.
record LedgerRow(List<String> key, List<String> value) {
  private static final String WRITES = "/sys/fs/bpf/bpfaudit/writes";

  /// Of `struct write_key` and `struct write` in `bpf/ledger.h`.
  private static final int MAP_AT = 16;

  private static final int KEY_HASH_AT = 8;
  private static final int COUNT_AT = 0;

  LedgerRow {
    key = List.copyOf(key);
    value = List.copyOf(value);
  }

  /// The only one of the writes of a map, if there is any.
  static Optional<LedgerRow> of(long map) throws IOException {
    String json = String.join("", Actor.mustRun("bpftool", "-j", "map", "dump", "pinned", WRITES));
    List<LedgerRow> rows = new ArrayList<>();
    for (JsonNode row : new ObjectMapper().readTree(json)) {
      LedgerRow one = new LedgerRow(bytes(row.get("key")), bytes(row.get("value")));
      if (one.map() == map) {
        rows.add(one);
      }
    }
    if (rows.size() > 1) {
      throw new AssertionError("rows of map " + map + ": " + rows);
    }
    return rows.stream().findFirst();
  }

  /// Writes another row like it, of a key that was never written.
  void forge() {
    List<String> other = new ArrayList<>(key);
    other.set(KEY_HASH_AT, "99");
    update(other, value);
  }

  /// Makes it tell of more writes.
  void recount() {
    List<String> more = new ArrayList<>(value);
    more.set(COUNT_AT, "7f");
    update(key, more);
  }

  void delete() {
    bpftool("delete", "key", key);
  }

  private static void update(List<String> key, List<String> value) {
    List<String> words = new ArrayList<>(key);
    words.addAll(List.of("value", "hex"));
    words.addAll(value);
    bpftool("update", "key", words);
  }

  private static void bpftool(String verb, String what, List<String> words) {
    List<String> command = new ArrayList<>(List.of("bpftool", "map", verb, "pinned", WRITES));
    command.addAll(List.of(what, "hex"));
    command.addAll(words);
    Actor.mustRun(command.toArray(String[]::new));
  }

  private long map() {
    long id = 0;
    for (int i = 3; i >= 0; i--) {
      id = id << 8 | Integer.parseInt(key.get(MAP_AT + i), 16);
    }
    return id;
  }

  private static List<String> bytes(JsonNode array) {
    List<String> bytes = new ArrayList<>();
    array.forEach(one -> bytes.add("%02x".formatted(Integer.decode(one.asText()))));
    return bytes;
  }
}
