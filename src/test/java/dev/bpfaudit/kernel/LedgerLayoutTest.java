package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What Java reads from the ledger lies where the compiled objects put it: their own BTF says so.
class LedgerLayoutTest {
  private static final Map<String, JsonNode> STRUCTS = new HashMap<>();

  @TempDir private static Path temporary;

  @BeforeAll
  static void readBtf() throws IOException, InterruptedException {
    Path object = temporary.resolve("calls.bpf.o");
    Files.write(object, BpfObject.bytes("calls"));
    String bpftool = Files.exists(Path.of("/usr/sbin/bpftool")) ? "/usr/sbin/bpftool" : "bpftool";
    Process dump =
        new ProcessBuilder(bpftool, "-j", "btf", "dump", "file", object.toString()).start();
    dump.getOutputStream().close();
    for (JsonNode type : new ObjectMapper().readTree(dump.getInputStream()).get("types")) {
      String name = type.get("name").asText();
      if (type.get("kind").asText().equals("STRUCT")) {
        STRUCTS.put(name, type);
      }
    }
    assertThat(dump.waitFor()).isZero();
  }

  private static JsonNode struct(String name) {
    return Objects.requireNonNull(STRUCTS.get(name), name);
  }

  private static int size(String struct) {
    return struct(struct).get("size").asInt();
  }

  private static Map<String, Integer> offsets(String struct) {
    Map<String, Integer> offsets = new HashMap<>();
    for (JsonNode member : struct(struct).get("members")) {
      offsets.put(member.get("name").asText(), member.get("bits_offset").asInt() / 8);
    }
    return offsets;
  }

  @Test
  void rowsHaveTheSizesJavaReads() {
    assertThat(size("write_key")).isEqualTo(LedgerRows.KEY_SIZE);
    assertThat(size("write")).isEqualTo(LedgerRows.VALUE_SIZE);
    assertThat(size("process_key")).isEqualTo(ProcessTable.KEY_SIZE);
    assertThat(size("process")).isEqualTo(ProcessTable.VALUE_SIZE);
    assertThat(size("totals")).isEqualTo(Totals.SIZE);
    assertThat(size("state")).isEqualTo(16 + Totals.SIZE);
    assertThat(size("switches")).isEqualTo(Switched.SIZE);
    assertThat(size("custody")).isEqualTo(Custody.SIZE);
    assertThat(size("configuration")).isEqualTo(TracerInstaller.CONFIGURATION_BYTES);
  }

  @Test
  void fieldsOfAWriteLieWhereJavaReadsThem() {
    assertThat(offsets("write_key"))
        .isEqualTo(
            Map.of(
                "who",
                0,
                "key_hash",
                8,
                "map",
                16,
                "pid",
                20,
                "exec",
                24,
                "operation",
                28,
                "origin",
                29,
                "flags",
                30,
                "generation",
                31));
    assertThat(offsets("write"))
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                Map.entry("count", 0),
                Map.entry("first", 8),
                Map.entry("last", 16),
                Map.entry("value_hash", 24),
                Map.entry("value_size", 32),
                Map.entry("value_state", 36),
                Map.entry("on_top_of", 40),
                Map.entry("key_size", 44),
                Map.entry("on_top_of_comm", 48),
                Map.entry("key", 64),
                Map.entry("value", 128),
                Map.entry("varied", 192),
                Map.entry("other_hash", 200),
                Map.entry("other", 208)));
  }

  @Test
  void fieldsOfAProcessLieWhereJavaReadsThem() {
    assertThat(offsets("process_key")).isEqualTo(Map.of("start", 0, "pid", 8, "exec", 12));
    assertThat(offsets("process"))
        .containsAllEntriesOf(
            Map.of(
                "uid",
                0,
                "parent",
                4,
                "exe_size",
                8,
                "args_size",
                10,
                "cgroup_size",
                12,
                "comm",
                16,
                "parent_comm",
                32,
                "exe",
                48,
                "cgroup",
                304,
                "args",
                560));
  }

  @Test
  void sumsAndSettingsLieWhereJavaReadsThem() {
    assertThat(offsets("totals"))
        .isEqualTo(
            Map.of(
                "writes",
                0,
                "overflowed",
                64,
                "unplaced",
                128,
                "processes_lost",
                192,
                "programs_lost",
                200,
                "calls_lost",
                208,
                "handles_lost",
                216,
                "own_inserts",
                224));
    assertThat(offsets("state"))
        .isEqualTo(Map.of("generation", 0, "retiring", 4, "drained", 8, "counted", 16));
    assertThat(offsets("switched"))
        .isEqualTo(Map.of("at", 0, "pid", 8, "setting", 12, "comm", 16, "value", 32));
    assertThat(offsets("switches")).isEqualTo(Map.of("count", 0, "last", 8));
    assertThat(offsets("configuration"))
        .isEqualTo(
            Map.of(
                "seed",
                0,
                "keyed_entries",
                8,
                "possible_cpus",
                12,
                "helper_start",
                16,
                "helper_end",
                80,
                "seen_elsewhere",
                144,
                "hooks",
                400,
                "installation",
                404));
    assertThat(offsets("hand"))
        .isEqualTo(
            Map.of(
                "start", 0, "pid", 8, "tables", 12, "first", 16, "last", 24, "count", 32, "comm",
                40));
    assertThat(offsets("custody")).isEqualTo(Map.of("evicted", 0, "last", 8));
  }

  @Test
  void knowsHowLargeACallIs() {
    assertThat(size("call")).isEqualTo(OwnMaps.CALL_VALUE);
  }
}
