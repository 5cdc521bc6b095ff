package dev.bpfaudit.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// A row of one of the tracer's tables as bpftool shows it: bytes in hex.
record LedgerRow(String table, List<String> key, List<String> value) {
  private static final String PINS = "/sys/fs/bpf/bpfaudit/";

  /// Of `struct write_key`, `struct write`, `struct process_key`, `struct process` and `struct
  /// state` in `bpf/ledger.h`.
  private static final int MAP_AT = 16;

  private static final int KEY_HASH_AT = 8;
  private static final int GENERATION_AT = 31;
  private static final int GENERATIONS = 8;
  private static final int COUNT_AT = 0;
  private static final int PID_AT = 8;
  private static final int COMM_AT = 16;
  private static final int COUNTED_AT = 16;
  private static final int PROGRAM_BYTES = 552;

  LedgerRow {
    key = List.copyOf(key);
    value = List.copyOf(value);
  }

  static List<LedgerRow> all(String table) throws IOException {
    String json =
        String.join("", Actor.mustRun("bpftool", "-j", "map", "dump", "pinned", PINS + table));
    List<LedgerRow> rows = new ArrayList<>();
    for (JsonNode row : new ObjectMapper().readTree(json)) {
      rows.add(new LedgerRow(table, bytes(row.get("key")), bytes(row.get("value"))));
    }
    return rows;
  }

  /// The only one of the writes of a map, if there is any.
  static Optional<LedgerRow> of(long map) throws IOException {
    List<LedgerRow> rows =
        all("writes").stream().filter(row -> number(row.key, MAP_AT) == map).toList();
    if (rows.size() > 1) {
      throw new AssertionError("rows of map " + map + ": " + rows);
    }
    return rows.stream().findFirst();
  }

  /// One of those that tell who opened a map.
  static LedgerRow handle(long map) throws IOException {
    return all("handles").stream()
        .filter(row -> number(row.key, MAP_AT) == map)
        .findFirst()
        .orElseThrow();
  }

  static LedgerRow process(long pid) throws IOException {
    return all("processes").stream()
        .filter(row -> number(row.key, PID_AT) == pid)
        .findFirst()
        .orElseThrow();
  }

  /// With an id that no program has.
  static LedgerRow programThatNeverWas() {
    return new LedgerRow(
        "programs", List.of("ff", "ff", "ff", "7f"), Collections.nCopies(PROGRAM_BYTES, "00"));
  }

  static LedgerRow state() throws IOException {
    return all("state").getFirst();
  }

  /// Writes another row like it, of a key that was never written.
  void forge() {
    List<String> other = new ArrayList<>(key);
    other.set(KEY_HASH_AT, "99");
    new LedgerRow(table, other, value).update();
  }

  /// Makes it tell of more writes.
  void recount() {
    with(COUNT_AT, 0x7f).update();
  }

  /// Gives a process another name.
  void rename() {
    with(COMM_AT, 'i').update();
  }

  void delete() {
    bpftool("delete", "key", key);
  }

  /// Takes it away and lets the sums of the last drain have it.
  void deleteWithItsSum() throws IOException {
    delete();
    int row = Integer.parseInt(key.get(GENERATION_AT), 16) % GENERATIONS;
    state().add(COUNTED_AT + 8 * row, Integer.parseInt(value.get(COUNT_AT), 16)).update();
  }

  /// This row with more in one of its bytes, which has room for that.
  LedgerRow add(int at, int more) {
    return with(at, Integer.parseInt(value.get(at), 16) + more);
  }

  private LedgerRow with(int at, int now) {
    List<String> other = new ArrayList<>(value);
    other.set(at, "%02x".formatted(now & 0xff));
    return new LedgerRow(table, key, other);
  }

  void update() {
    List<String> words = new ArrayList<>(key);
    words.addAll(List.of("value", "hex"));
    words.addAll(value);
    bpftool("update", "key", words);
  }

  private void bpftool(String verb, String what, List<String> words) {
    List<String> command = new ArrayList<>(List.of("bpftool", "map", verb, "pinned", PINS + table));
    command.addAll(List.of(what, "hex"));
    command.addAll(words);
    Actor.mustRun(command.toArray(String[]::new));
  }

  private static long number(List<String> bytes, int at) {
    long number = 0;
    for (int i = 3; i >= 0; i--) {
      number = number << 8 | Integer.parseInt(bytes.get(at + i), 16);
    }
    return number;
  }

  private static List<String> bytes(JsonNode array) {
    List<String> bytes = new ArrayList<>();
    array.forEach(one -> bytes.add("%02x".formatted(Integer.decode(one.asText()))));
    return bytes;
  }
}
