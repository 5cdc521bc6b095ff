package dev.bpfaudit.packaged;

import static dev.bpfaudit.packaged.Command.bpfaudit;
import static dev.bpfaudit.packaged.Command.bpftool;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bpfaudit.lab.KernelTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged command on the running kernel, with bpftool as the one who changes maps.
class CheckIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path store;
  private Bpffs bpffs;

  @BeforeEach
  void mount() throws IOException {
    bpffs = Bpffs.mount();
  }

  @AfterEach
  void unmount() throws IOException {
    bpffs.close();
  }

  private void create(String name, String type, int entries) {
    bpftool(
        "map",
        "create",
        bpffs.pin(name),
        "type",
        type,
        "key",
        "4",
        "value",
        "4",
        "entries",
        Integer.toString(entries),
        "name",
        name);
  }

  private void update(String name, String key, String value) {
    bpftool(words("map update pinned " + bpffs.pin(name) + " key " + key + " value " + value));
  }

  private static String[] words(String line) {
    return line.split(" ");
  }

  @Test
  @KernelTest
  void reportsExactlyWhatBpftoolDid() throws IOException {
    for (String name : List.of("edited", "frozen_one", "unpinned", "reborn", "untouched")) {
      create(name, "hash", 16);
      update(name, "1 0 0 0", "1 1 1 1");
      update(name, "2 0 0 0", "2 2 2 2");
    }
    create("slots", "array", 4);
    bpftool("map", "pin", "pinned", bpffs.pin("unpinned"), bpffs.pin("second_pin"));
    var first = bpfaudit(store, "check", "--format", "json");
    assertThat(first.exitCode()).as(first.err()).isZero();
    assertThat(JSON.readTree(first.out()).get("initial").asBoolean()).isTrue();

    update("edited", "1 0 0 0", "9 9 9 9");
    update("edited", "3 0 0 0", "3 3 3 3");
    bpftool(words("map delete pinned " + bpffs.pin("edited") + " key 2 0 0 0"));
    update("slots", "2 0 0 0", "7 7 7 7");
    bpftool("map", "freeze", "pinned", bpffs.pin("frozen_one"));
    Files.delete(Path.of(bpffs.pin("second_pin")));
    bpftool("map", "pin", "pinned", bpffs.pin("slots"), bpffs.pin("new_pin"));
    Files.delete(Path.of(bpffs.pin("reborn")));
    create("reborn", "hash", 32);
    update("reborn", "1 0 0 0", "1 1 1 1");
    create("newcomer", "lpm_trie", 8, "8");

    var text = bpfaudit(store, "check");
    var json = bpfaudit(store, "diff", "--since", "@1", "--format", "json");
    assertThat(text.exitCode()).as(text.out() + text.err()).isEqualTo(1 | 2 | 4);
    assertThat(json.exitCode()).isEqualTo(1 | 2 | 4);
    Map<String, String> found = new TreeMap<>();
    for (JsonNode map : JSON.readTree(json.out()).get("maps")) {
      found.put(map.get("name").asText(), describe(map));
    }
    assertThat(found)
        .isEqualTo(
            Map.of(
                "edited", "changed ~01000000:01010101>09090909 -02000000 +03000000",
                "slots", "changed pins ~02000000:00000000>07070707",
                "frozen_one", "changed frozen",
                "unpinned", "changed pins",
                "reborn", "replaced maxEntries -02000000",
                "newcomer", "added"));
    assertThat(text.out())
        .contains("edited", "slots", "frozen_one", "unpinned", "reborn", "newcomer")
        .doesNotContain("untouched");

    assertThat(bpfaudit(store, "baseline", "set").exitCode()).isZero();
    var after = bpfaudit(store, "check", "--format", "json");
    assertThat(after.exitCode()).isZero();
    assertThat(JSON.readTree(after.out()).get("maps")).isEmpty();
  }

  private void create(String name, String type, int entries, String keySize) {
    bpftool(
        "map",
        "create",
        bpffs.pin(name),
        "type",
        type,
        "key",
        keySize,
        "value",
        "4",
        "entries",
        Integer.toString(entries),
        "name",
        name,
        "flags",
        "1");
  }

  private static String describe(JsonNode map) {
    String attributes =
        StreamSupport.stream(map.get("attributes").spliterator(), false)
            .map(attribute -> " " + attribute.get("field").asText())
            .collect(Collectors.joining());
    String entries =
        StreamSupport.stream(map.get("entries").spliterator(), false)
            .map(CheckIT::describeEntry)
            .collect(Collectors.joining());
    return map.get("change").asText() + attributes + entries;
  }

  private static String describeEntry(JsonNode entry) {
    String key = entry.get("key").get("hex").asText();
    return switch (entry.get("change").asText()) {
      case "added" -> " +" + key;
      case "removed" -> " -" + key;
      default ->
          " ~"
              + key
              + ":"
              + entry.get("old").get("hex").asText()
              + ">"
              + entry.get("new").get("hex").asText();
    };
  }

  @Test
  void seesAMapThatIsGone() throws IOException {
    create("leaving", "hash", 4);
    bpfaudit(store, "check");
    Files.delete(Path.of(bpffs.pin("leaving")));
    var check = bpfaudit(store, "check");
    assertThat(check.exitCode()).isEqualTo(2);
    assertThat(check.out()).contains("leaving");
  }

  @Test
  void hostileNamesAndValuesReachTheTerminalHarmless() throws IOException {
    var refused =
        Command.run(
            List.of(
                "bpftool",
                "map",
                "create",
                bpffs.pin("x"),
                "type",
                "hash",
                "key",
                "4",
                "value",
                "4",
                "entries",
                "1",
                "name",
                "a\u001b[31m\nb"));
    assertThat(refused.exitCode()).as("the kernel takes only plain names").isNotZero();
    create("values", "hash", 4);
    bpftool("map", "pin", "pinned", bpffs.pin("values"), bpffs.pin("\u001b[31mred\nline"));
    bpfaudit(store, "check");
    update("values", "27 91 51 49", "10 13 155 255");
    bpftool("map", "pin", "pinned", bpffs.pin("values"), bpffs.pin("\u001b]0;title\u0007"));
    for (String command : List.of("check", "maps", "show values", "diff @1 --format json")) {
      var result = bpfaudit(store, words(command));
      assertThat(result.out()).as(command).contains("values").matches("[\\n\\x20-\\x7e→…×]*");
    }
  }

  @Test
  void everyCommandsJsonIsOneObjectOfItsSchema() throws IOException {
    create("plain", "hash", 4);
    update("plain", "1 0 0 0", "1 1 1 1");
    Map<String, String> commands =
        Map.of(
            "check",
            "report",
            "snapshot",
            "snapshot",
            "log",
            "log",
            "maps",
            "maps",
            "show plain",
            "show",
            "baseline set",
            "baseline",
            "verify",
            "verify",
            "doctor",
            "doctor",
            "schema",
            "schema",
            "diff @1 @1",
            "report");
    bpfaudit(store, "snapshot");
    for (var command : commands.entrySet()) {
      var result = bpfaudit(store, words(command.getKey() + " --format json"));
      assertThat(result.exitCode()).as(command + result.err()).isZero();
      JsonNode document = JSON.readTree(result.out());
      assertThat(document.get("schema").asText())
          .isEqualTo("bpfaudit." + command.getValue() + "/1");
      var schema = bpfaudit(store, "schema", command.getValue());
      assertThat(Schema.violations(schema.out(), document)).as(command.getKey()).isEmpty();
    }
  }
}
