package dev.bpfaudit.packaged;

import static dev.bpfaudit.packaged.Command.BPFAUDIT;
import static dev.bpfaudit.packaged.Command.bpfaudit;
import static dev.bpfaudit.packaged.Command.bpftool;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.bpfaudit.lab.KernelTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;

/// `watch` as a user starts, reads and ends it, on the running kernel.
class WatchIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path PINS = Path.of("/sys/fs/bpf/bpfaudit");

  /// On 5.10 in a guest, installing the tracer takes a minute.
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @TempDir private Path directory;
  private final List<Process> started = new ArrayList<>();
  private Bpffs bpffs;

  @BeforeEach
  void mount() throws IOException {
    bpffs = Bpffs.mount();
    bpftool(
        ("map create " + bpffs.pin("allow") + " type hash key 4 value 4 entries 16 name allow")
            .split(" "));
  }

  @AfterEach
  void leaveNothing() throws IOException, InterruptedException {
    for (Process process : started) {
      process.destroy();
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
    bpfaudit(store(), "tracer", "remove");
    bpffs.close();
  }

  private Path store() {
    return directory.resolve("store");
  }

  private Process watch(String arguments) throws IOException {
    List<String> line =
        List.of(
            "sh",
            "-c",
            "exec " + BPFAUDIT + " watch --map allow --store " + store() + " " + arguments);
    Process process = Command.start(line, directory.resolve("out"), directory.resolve("err"));
    started.add(process);
    return process;
  }

  private String text(String file) throws IOException {
    return Files.readString(directory.resolve(file), StandardCharsets.UTF_8);
  }

  /// Waits until standard output or error has it.
  private void await(String text) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!(text("out") + text("err")).contains(text)) {
      if (System.nanoTime() > deadline) {
        throw new AssertionFailedError(
            "no \"" + text + "\" in\n" + text("out") + "\nnor in\n" + text("err"));
      }
      Thread.sleep(50);
    }
  }

  private static int end(Process process) throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private void update(String key) {
    bpftool(
        ("map update pinned " + bpffs.pin("allow") + " key " + key + " value 7 7 7 7").split(" "));
  }

  @Test
  @KernelTest
  void printsWhoWritesReportsItWhenEndedAndLeavesNothing()
      throws IOException, InterruptedException {
    Process watch = watch("--every 1h");
    await("@1 ");
    update("1 2 3 4");
    await("update  01020304  |....|  → 07070707  |....|");
    assertThat(text("out")).contains("  by bpftool (pid ").doesNotContain("entries: 1 added");
    assertThat(end(watch)).isEqualTo(1);
    assertThat(text("out")).contains("entries: 1 added", "confirmed · 1 update");
    assertThat(text("err")).contains("installed the tracer", "removed the tracer");
    assertThat(PINS).doesNotExist();
    assertThat(bpftool("map", "list")).doesNotContain("name handles").doesNotContain("overflow");
  }

  @Test
  void losesAndDoublesNothingThoughOthersDrainMeanwhile() throws IOException, InterruptedException {
    watch("--every 2s --verbose");
    await("@1 ");
    for (int key = 1; key <= 12; key++) {
      update(key + " 0 0 9");
      if (key % 3 == 0) {
        assertThat(bpfaudit(store(), "snapshot").exitCode()).isZero();
      }
    }
    for (int key = 1; key <= 12; key++) {
      await("%02x000009".formatted(key));
    }
    Thread.sleep(4_000);
    assertThat(text("out").lines().filter(line -> line.contains("  update  "))).hasSize(12);
  }

  @Test
  void followsATracerThatIsInstalledAndLeavesIt() throws IOException, InterruptedException {
    bpfaudit(store(), "tracer", "install");
    Process watch = watch("--every 1h");
    await("@1 ");
    update("1 2 3 4");
    await("update  01020304");
    assertThat(end(watch)).isZero();
    assertThat(PINS).exists();
  }

  @Test
  void putsItsOwnTracerAnewWhenACheckFindsItDamaged() throws IOException, InterruptedException {
    Process watch = watch("--every 2s --verbose");
    await("@1 ");
    Files.delete(PINS.resolve("custody"));
    await("the tracer was damaged and is put anew");
    await("@4 ");
    update("1 2 3 4");
    await("update  01020304");
    end(watch);
    assertThat(text("out")).containsOnlyOnce("the tracer's table custody was removed");
    assertThat(text("err")).doesNotContain("nobody is named");
    assertThat(PINS).doesNotExist();
  }

  @Test
  void itsLinesFitTheirSchemas() throws IOException, InterruptedException {
    Process watch = watch("--every 1h --format jsonl");
    await("\"kind\": \"summary\"");
    update("1 2 3 4");
    await("bpfaudit.write/1");
    bpfaudit(store(), "tracer", "remove");
    await("bpfaudit.notice/1");
    assertThat(end(watch)).isZero();
    for (String line : text("out").lines().toList()) {
      JsonNode json = JSON.readTree(line);
      String name = json.get("schema").asText().replaceFirst("^bpfaudit\\.(.*)/1$", "$1");
      String schema = bpfaudit(store(), "schema", name).out();
      assertThat(Schema.violations(schema, json)).as(line).isEmpty();
    }
  }

  @Test
  void endsWhenItsReaderDoes() throws IOException, InterruptedException {
    Process watch = watch("--every 1s | head -n 1");
    await("@1 ");
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    for (int key = 1; Files.exists(PINS) && System.nanoTime() < deadline; key++) {
      update(key % 250 + " 0 0 0");
      Thread.sleep(200);
    }
    assertThat(watch.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(PINS).doesNotExist();
  }

  @Test
  void holdsNoMoreAfterManyChecksThanAfterAFew() throws IOException, InterruptedException {
    Process watch = watch("--every 1s --verbose");
    await("@4 ");
    long few = descriptors(watch);
    await("@16 ");
    assertThat(descriptors(watch)).isLessThanOrEqualTo(few + 2);
    assertThat(end(watch)).isZero();
  }

  /// The launcher becomes the Java that does the work.
  private static long descriptors(Process process) throws IOException {
    try (Stream<Path> fds = Files.list(Path.of("/proc/" + process.pid() + "/fd"))) {
      return fds.count();
    }
  }
}
