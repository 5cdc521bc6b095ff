package dev.bpfaudit.packaged;

import static dev.bpfaudit.packaged.Command.bpfaudit;
import static dev.bpfaudit.packaged.Command.bpftool;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The tracer as a user installs, asks and removes it, on the running kernel.
class TracerIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path PINS = Path.of("/sys/fs/bpf/bpfaudit");

  @TempDir private Path store;
  @TempDir private Path otherStore;
  private Bpffs bpffs;

  @BeforeEach
  void mount() throws IOException {
    bpffs = Bpffs.mount();
    bpftool(
        ("map create " + bpffs.pin("allow") + " type hash key 4 value 4 entries 16 name allow")
            .split(" "));
  }

  @AfterEach
  void leaveNothing() throws IOException {
    bpfaudit(store, "tracer", "remove");
    bpffs.close();
    assertThat(PINS).doesNotExist();
  }

  private void update(String key, String value) {
    bpftool(
        ("map update pinned " + bpffs.pin("allow") + " key " + key + " value " + value).split(" "));
  }

  private JsonNode json(String... arguments) throws IOException {
    var result = bpfaudit(store, arguments);
    assertThat(result.exitCode()).as(result.err()).isLessThan(64);
    return JSON.readTree(result.out());
  }

  private JsonNode onlyEntry(JsonNode report) {
    assertThat(report.get("maps")).as(report.toPrettyString()).hasSize(1);
    JsonNode entries = report.get("maps").get(0).get("entries");
    assertThat(entries).as(report.toPrettyString()).hasSize(1);
    return entries.get(0);
  }

  @Test
  void namesTheWriterUntilItIsRemoved() throws IOException {
    JsonNode installed = json("tracer", "install", "--format", "json");
    String schema = bpfaudit(store, "schema", "tracer").out();
    assertThat(Schema.violations(schema, installed)).isEmpty();
    json("snapshot", "--format", "json");
    update("1 0 0 0", "7 7 7 7");
    JsonNode entry = onlyEntry(json("check", "--format", "json"));
    assertThat(entry.get("attribution").asText()).isEqualTo("confirmed");
    JsonNode process = entry.get("writers").get(0).get("process");
    assertThat(process.get("comm").asText()).isEqualTo("bpftool");
    assertThat(process.get("args").get(0).asText()).isEqualTo("bpftool");
    assertThat(process.get("args").get(2).asText()).isEqualTo("update");

    bpfaudit(store, "tracer", "remove");
    assertThat(PINS).doesNotExist();
    update("1 0 0 0", "8 8 8 8");
    JsonNode report = json("check", "--format", "json");
    assertThat(onlyEntry(report).get("attribution").asText()).isEqualTo("unobserved");
    assertThat(report.get("coverage").get("complete").asBoolean()).isFalse();
    assertThat(json("tracer", "status", "--format", "json").get("tracer").isNull()).isTrue();
  }

  @Test
  void isInstalledOnce() throws IOException {
    JsonNode first = json("tracer", "install", "--format", "json");
    var again = bpfaudit(store, "tracer", "install", "--format", "json");
    assertThat(again.err()).contains("installed already");
    assertThat(JSON.readTree(again.out()).get("tracer").get("installation"))
        .isEqualTo(first.get("tracer").get("installation"));
  }

  @Test
  void isInstalledAnewWhereAnAlarmAdvisesIt() throws IOException {
    JsonNode first = json("tracer", "install", "--format", "json");
    Files.delete(firstLink().resolveSibling("custody"));
    assertThat(bpfaudit(store, "tracer", "status").out())
        .contains("the tracer's table custody was removed", "bpfaudit tracer install puts it back");
    var renewed = bpfaudit(store, "tracer", "install", "--format", "json");
    assertThat(JSON.readTree(renewed.out()).get("tracer").get("installation"))
        .isNotEqualTo(first.get("tracer").get("installation"));
    assertThat(bpfaudit(store, "tracer", "status").out()).doesNotContain("custody");
  }

  @Test
  void isInstalledOnceByTwoWhoTryAtOnce() throws Exception {
    List<CompletableFuture<Command.Result>> both =
        Stream.generate(() ->
                CompletableFuture.supplyAsync(
                    () -> bpfaudit(store, "tracer", "install", "--format", "json"),
                    task -> new Thread(task).start()))
            .limit(2)
            .toList();
    Set<JsonNode> installed = new HashSet<>();
    for (CompletableFuture<Command.Result> one : both) {
      assertThat(one.get().exitCode()).as(one.get().err()).isZero();
      JsonNode tracer = JSON.readTree(one.get().out()).get("tracer");
      installed.add(tracer.get("installation"));
    }
    assertThat(installed).hasSize(1);
    json("snapshot", "--format", "json");
    update("1 0 0 0", "7 7 7 7");
    JsonNode entry = onlyEntry(json("check", "--format", "json"));
    assertThat(entry.get("attribution").asText()).isEqualTo("confirmed");
  }

  @Test
  void keepsWhatWasRecordedWhenItIsRenewed() throws IOException {
    JsonNode first = json("tracer", "install", "--format", "json");
    json("snapshot", "--format", "json");
    update("2 0 0 0", "7 7 7 7");
    Files.delete(firstLink()); // so that it is not intact any more
    var renewed = bpfaudit(store, "tracer", "install", "--format", "json");
    assertThat(renewed.err()).contains("is stored with snapshot @2");
    assertThat(JSON.readTree(renewed.out()).get("tracer").get("installation"))
        .isNotEqualTo(first.get("tracer").get("installation"));
    JsonNode entry = onlyEntry(json("diff", "@1", "@2", "--format", "json"));
    assertThat(entry.get("attribution").asText()).isEqualTo("confirmed");
  }

  private static Path firstLink() throws IOException {
    try (var pins = Files.list(PINS)) {
      return pins.filter(pin -> pin.endsWith("link_left_mmap") || pin.endsWith("link_mapped"))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void recordsForOneStoreAndSaysSo() throws IOException {
    json("tracer", "install", "--format", "json");
    var refused = bpfaudit(otherStore, "tracer", "install");
    assertThat(refused.exitCode()).isEqualTo(64);
    assertThat(refused.err()).contains(store.toRealPath().toString());
    bpfaudit(otherStore, "snapshot");
    update("3 0 0 0", "7 7 7 7");
    var other = bpfaudit(otherStore, "check");
    assertThat(other.out()).contains("records for another store");
    json("snapshot", "--format", "json");
  }

  @Test
  void saysThatNoneIsInstalled() {
    var status = bpfaudit(store, "tracer", "status");
    assertThat(status.exitCode()).isZero();
    assertThat(status.out()).contains("No tracer is installed", "bpfaudit tracer install");
    assertThat(bpfaudit(store, "tracer", "remove").err()).contains("no tracer is installed");
  }

  @Test
  void namesWhatIsMissingInItsCommand() {
    assertThat(bpfaudit(store, "tracer").exitCode()).isEqualTo(64);
    var unknown = bpfaudit(store, "tracer", "install", "--hooks", "magic");
    assertThat(unknown.exitCode()).isEqualTo(64);
    assertThat(List.of(unknown.err().split("\n"))).isNotEmpty();
  }
}
