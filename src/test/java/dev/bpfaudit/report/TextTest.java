package dev.bpfaudit.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bpfaudit.attribution.Attribution;
import dev.bpfaudit.attribution.Interval;
import dev.bpfaudit.diff.MapChange;
import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Snapshot;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Surroundings;
import dev.bpfaudit.model.TracedProcess;
import dev.bpfaudit.model.Tracing;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What a person reads.
class TextTest {
  private static final AuditReport RICH = Facts.untraced("diff", RichDiff.make());
  private static final MapState UNREAD =
      Facts.state(Facts.map(92, MapType.HASH, "ct", 8, 8), new Contents.Unreadable("EPERM"));

  @Test
  void coloursAreOnlyUsedWhenAskedFor() {
    assertThat(Rendered.text(RICH, false, true)).doesNotContain("\u001b");
    String colored = Rendered.text(RICH, true, false);
    assertThat(colored.replaceAll("\u001b\\[[0-9]*m", ""))
        .isEqualTo(Rendered.text(RICH, false, false));
  }

  @Test
  void verboseFoldsNothing() {
    assertThat(Rendered.text(RICH, false, false)).contains("… and 10 more", "… 448 more bytes");
    assertThat(Rendered.text(RICH, false, true))
        .doesNotContain("…")
        .contains("  + 0000001d  |....|   01  |.|", "01f0  2e2e", "a ring buffer has no entries");
  }

  @Test
  void verboseDoctorTellsWhatWasAsked() {
    assertThat(Rendered.text(Documents.doctor(), false, false))
        .doesNotContain("batch lookup in LPM tries");
    assertThat(Rendered.text(Documents.doctor(), false, true))
        .contains("batch lookup in LPM tries");
  }

  @Test
  void linesThatCanBeBrokenFitTheTerminal() {
    for (String line : Rendered.text(RICH, false, false).lines().toList()) {
      assertThat(line).hasSizeLessThanOrEqualTo(100);
    }
  }

  @Test
  void anUnreadMapIsNeverCalledUnchanged() {
    MapChange change =
        new MapChange.NotComparable(
            UNREAD, UNREAD, false, List.of(), "unread on both sides: EPERM", true);
    SnapshotDiff diff = diff(Duration.ofMinutes(1), Facts.HOST, List.of(change));
    String text = Rendered.text(Facts.untraced("check", diff), false, false);
    assertThat(text)
        .doesNotContain("Nothing differs")
        .contains("No difference found in 1 map\n1 map could not be compared, 1 map could not be")
        .contains("? ct  hash  id 92  not comparable\n    unread on both sides: EPERM");
  }

  @Test
  void aRebootIsSaid() {
    HostFacts rebooted = new HostFacts("5f2a", "edge-7", "6.13.0", "another", 4);
    assertThat(headline(Duration.ofDays(3), rebooted))
        .contains("3d 0h later", "host rebooted in between", "kernel was 6.12.9-amd64");
  }

  @Test
  void aClockSetBackIsSaid() {
    SnapshotHeader later = shifted(Duration.ofMinutes(10), Duration.ofHours(-2));
    SnapshotDiff diff = diff(later, List.of());
    String text = Rendered.text(Facts.untraced("check", diff), false, false);
    assertThat(text).contains("10m 0s later", "clock was set back by 2h 0m in between");
  }

  @Test
  void numbersAreWrittenForPeople() {
    assertThat(Wording.size(48)).isEqualTo("48 B");
    assertThat(Wording.size(1_258_291)).isEqualTo("1.2 MiB");
    assertThat(Wording.count(1, "entry")).isEqualTo("1 entry");
    assertThat(Wording.count(2, "entry")).isEqualTo("2 entries");
    assertThat(Wording.span(Duration.ofSeconds(59))).isEqualTo("59s");
    assertThat(Wording.moment(Instant.parse("2026-11-22T13:40:02.9Z")))
        .isEqualTo("2026-11-22 13:40:02Z");
  }

  @Test
  void whyNobodyCouldBeNamedIsSaid() {
    Tracing elsewhere = new Tracing.NotTraced("the tracer records for /srv/other");
    SnapshotDiff diff = RichDiff.make();
    List<Interval> intervals =
        List.of(
            new Interval(diff.from().header(), elsewhere, Surroundings.NONE),
            new Interval(diff.to().header(), elsewhere, Surroundings.NONE));
    AuditReport report =
        new AuditReport.Compared(Facts.run("check"), diff, Attribution.of(diff, intervals));
    assertThat(Rendered.text(report, false, false))
        .contains("who wrote it: no author can be named: the tracer records for /srv/other")
        .doesNotContain("no tracer is installed");
  }

  @Test
  void verboseTellsAllThatIsNotSeenAndTheWholeCommand() {
    assertThat(Rendered.text(TracedDiff.make(), false, true))
        .contains("not seen: nobody is seen writing through a program's pointer")
        .contains("/usr/bin/curl -s \"http://198.51.100.7/a b\" -o /tmp/xxxx")
        .contains("not watched: bpf_lpm_trie_update: attach: EBUSY (16)");
    assertThat(Rendered.text(TracedDiff.make(), false, false))
        .contains(", /usr/bin/curl -s \"http://198.51.100.7/a b\" …,");
  }

  @Test
  void whatAProcessCallsItselfCannotBeTakenForOurWords() {
    Author author =
        new Author.Caller(
            new TracedProcess(
                4, 4, "a (pid 1", "", List.of("x), uid 0)  confirmed"), 7, "", "", 0, ""));
    assertThat(Rendered.text(TracedDiff.by(author), false, false))
        .contains(
            "by \"a (pid 1\" (pid 4, \"x), uid 0)  confirmed\", uid 7)  confirmed · 1 update");
  }

  @Test
  void aReaderThatWentAwayIsToldToTheCaller() {
    for (Format format : Format.values()) {
      assertThatThrownBy(() -> Facts.renderer(false, false).render(RICH, format, new Closed()))
          .isInstanceOf(IOException.class)
          .hasMessage("Broken pipe");
    }
  }

  private static String headline(Duration later, HostFacts host) {
    SnapshotDiff diff = diff(later, host, List.of());
    return Rendered.text(Facts.untraced("check", diff), false, false);
  }

  private static SnapshotDiff diff(Duration later, HostFacts host, List<MapChange> changes) {
    return diff(Facts.header(host, 2, later, 1, 1), changes);
  }

  private static SnapshotDiff diff(SnapshotHeader to, List<MapChange> changes) {
    Snapshot from = Facts.snapshot(1, Duration.ZERO, List.of(UNREAD), 1);
    Capture capture =
        new Capture(to.host(), to.takenAt(), to.boottimeNanos(), List.of(UNREAD), List.of());
    return new SnapshotDiff(from, new Snapshot(to, capture), changes, 1);
  }

  private static SnapshotHeader shifted(Duration later, Duration clock) {
    SnapshotHeader header = Facts.header(2, later, 1, 1);
    return new SnapshotHeader(
        header.number(),
        header.host(),
        header.takenAt().plus(clock),
        header.boottimeNanos(),
        1,
        1,
        header.hash());
  }

  /// A pipe whose other end is closed.
  private static final class Closed extends Writer {
    @Override
    public void write(char[] buffer, int offset, int length) throws IOException {
      throw new IOException("Broken pipe");
    }

    @Override
    public void flush() throws IOException {
      throw new IOException("Broken pipe");
    }

    @Override
    public void close() {}
  }
}
