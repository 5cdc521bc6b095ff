package dev.bpfaudit.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.TracedProcess;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a reader of the live stream is shown of many writes.
class LiveTextTest {
  private static final long SECOND = 1_000_000_000L;

  private final LiveText live = new LiveText(new TextStyle(false, 100, false));
  private long now = 100 * SECOND;

  private List<String> lines(List<Written> writes) throws IOException {
    StringWriter out = new StringWriter();
    live.write(out, writes, now);
    return out.toString().lines().toList();
  }

  private static Written update(Author author, int key, int count) {
    return LiveWrites.update(author, "%08x".formatted(key), "01000000", count);
  }

  private static List<Written> updates(Author author, int keys) {
    List<Written> writes = new ArrayList<>();
    for (int key = 0; key < keys; key++) {
      writes.add(update(author, key, 1));
    }
    return writes;
  }

  private static Author shell(long pid) {
    return new Author.Caller(
        new TracedProcess(pid, pid, "sh", "/bin/sh", List.of("sh"), 0, "/", "", 1, "init"));
  }

  @Test
  void mapAndAuthorStandAboveTheirLinesAndComeAgainOnlyWhenTheyChange() throws IOException {
    assertThat(lines(List.of(update(shell(1), 1, 1), update(shell(1), 2, 4))))
        .containsExactly(
            "allow_list  hash  id 57  /sys/fs/bpf/allow_list",
            "  by sh (pid 1, /bin/sh, uid 0)",
            "  13:41:02Z  update  00000001  |....|  → 01000000  |....|",
            "  13:41:02Z  update  00000002  |....|  → 01000000  |....|  ×4");
    assertThat(lines(List.of(update(shell(1), 3, 1)))).hasSize(1);
    assertThat(lines(List.of(update(shell(2), 3, 1))))
        .hasSize(2)
        .first()
        .isEqualTo("  by sh (pid 2, /bin/sh, uid 0)");
    live.interrupted();
    assertThat(lines(List.of(update(shell(2), 3, 1)))).hasSize(3);
  }

  @Test
  void manyKeysAtOnceAreFoldedAfterTheFirst() throws IOException {
    List<String> lines = lines(updates(shell(1), 332));
    assertThat(lines).hasSize(2 + 9 + 1);
    assertThat(lines.getLast()).isEqualTo("  13:41:02Z  … and 323 more to 323 keys: update");
  }

  @Test
  void whoWritesAllTheTimeGetsALineInAWhileThatLosesNoCount() throws IOException {
    int shown = 0;
    long counted = 0;
    for (int second = 0; second < 100; second++) {
      for (String line : lines(List.of(update(shell(1), 7, 3)))) {
        if (line.contains("update")) {
          shown++;
          counted += Long.parseLong(line.replaceAll(".*×", ""));
        }
      }
      now += SECOND;
    }
    StringWriter rest = new StringWriter();
    live.end(rest);
    if (rest.toString().contains("×")) {
      counted += Long.parseLong(rest.toString().strip().replaceAll("(?s).*×", ""));
    }
    assertThat(counted).isEqualTo(300);
    assertThat(shown).isBetween(25, 32);
  }

  @Test
  void aBusyWriterTakesNoLineFromAnother() throws IOException {
    lines(updates(shell(1), 5_000));
    List<Written> writes = updates(shell(1), 5_000);
    writes.add(update(Authors.CURL, 9, 1));
    assertThat(lines(writes)).hasSize(2).first().asString().contains("by curl");
  }

  @Test
  void oneProgramRunAgainAndAgainIsOneSource() throws IOException {
    List<Written> writes = new ArrayList<>();
    for (int pid = 1; pid <= 50; pid++) {
      writes.add(update(shell(pid), pid, 1));
    }
    assertThat(lines(writes).getLast())
        .isEqualTo("  13:41:02Z  … and 41 more to 41 keys: update, by 41 processes");
  }

  @Test
  void verboseFoldsNothing() throws IOException {
    LiveText all = new LiveText(new TextStyle(false, 100, true));
    StringWriter out = new StringWriter();
    all.write(out, updates(shell(1), 332), now);
    assertThat(out.toString().lines()).hasSize(2 + 332);
  }

  @Test
  void aPauseGivesTheRoomBack() throws IOException {
    lines(updates(shell(1), 332));
    now += 200 * SECOND;
    assertThat(lines(updates(shell(1), 9))).hasSize(9);
  }

  @Test
  void whatHappensToAMapIsToldWithoutAKey() throws IOException {
    assertThat(
            lines(
                List.of(
                    LiveWrites.written(
                        LiveWrites.ALLOW_LIST,
                        Operation.FREEZE,
                        shell(1),
                        LiveWrites.WHOLE,
                        LiveWrites.NONE,
                        1,
                        1))))
        .last()
        .isEqualTo("  13:41:02Z  frozen");
  }
}
