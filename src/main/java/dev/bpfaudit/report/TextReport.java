package dev.bpfaudit.report;

import dev.bpfaudit.attribution.Level;
import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.KernelText;
import dev.bpfaudit.model.MapState;
import java.io.IOException;
import java.util.List;
import java.util.TreeMap;

/// A report for people: which snapshots, what differs, what could not be seen.
final class TextReport {
  private final Page page;
  private final TextHeadline headline;

  TextReport(Page page) {
    this.page = page;
    this.headline = new TextHeadline(page);
  }

  void write(AuditReport report) throws IOException {
    Summary summary = Summary.of(report);
    switch (report) {
      case AuditReport.Initial initial -> initial(initial, summary);
      case AuditReport.Compared compared -> compared(compared, summary);
    }
  }

  private void initial(AuditReport.Initial report, Summary summary) throws IOException {
    headline.snapshot(report.to().header());
    alarms(report);
    page.line(
        Paint.BOLD,
        "First snapshot of this host in this store: "
            + Wording.count(summary.maps(), "map")
            + " kept, nothing yet to compare with.");
    unread(report.to().capture().maps());
    notEnumerable(report.to().capture().maps());
    new TextAlarms(page).unchecked(report.unchecked());
  }

  private void compared(AuditReport.Compared report, Summary summary) throws IOException {
    SnapshotDiff diff = report.diff();
    headline.interval(diff.from().header(), diff.to().header());
    alarms(report);
    summary(new SummaryLine(summary));
    findings(report);
    page.blank();
    notEnumerable(diff.to().capture().maps());
    TextCoverage coverage = new TextCoverage(page);
    coverage.write(report.attribution(), anyUnobserved(report));
    coverage.untold(report.attribution().inDoubt());
    coverage.passedOver(report.attribution().passedOver());
    new TextShortLived(page, diff.to().header().takenAt()).write(report.attribution().shortLived());
    new TextAlarms(page).unchecked(report.unchecked());
    if (summary.added() > 0) {
      page.line(Paint.DIM, "bpfaudit show ID prints the entries of an added map");
    }
    page.line(
        Paint.DIM, "hash of @" + diff.to().header().number() + " " + diff.to().header().hash());
  }

  private void alarms(AuditReport report) throws IOException {
    new TextAlarms(page).write(report.alarms(), report.to().header().number());
  }

  private static boolean anyUnobserved(AuditReport.Compared report) {
    return report.changes().stream()
        .map(report.attribution()::of)
        .map(who -> who.map().level())
        .anyMatch(level -> level == Level.UNOBSERVED || level == Level.CANDIDATE);
  }

  private void summary(SummaryLine summary) throws IOException {
    for (String line : summary.lines(page.width())) {
      page.line(Paint.BOLD, line);
    }
    if (!summary.unknown().isEmpty()) {
      page.line(Paint.YELLOW, summary.unknown());
    }
  }

  /// What is known to differ first, then what could not be compared.
  private void findings(AuditReport.Compared report) throws IOException {
    List<MapFinding> all = report.changes().stream().map(MapFinding::of).toList();
    MapColumns columns = MapColumns.of(all.stream().map(MapFinding::map).toList());
    TextFinding text = new TextFinding(page, report);
    boolean apart = true;
    for (boolean unknown : List.of(false, true)) {
      for (MapFinding finding : all) {
        if ((finding.kind() == MapFinding.Kind.NOT_COMPARABLE) == unknown) {
          boolean body = text.hasBody(finding);
          if (apart || body) {
            page.blank();
          }
          text.write(finding, columns);
          apart = body;
        }
      }
    }
  }

  private void unread(List<MapState> maps) throws IOException {
    for (MapState map : maps) {
      String reason = MapFinding.unreadReason(map.contents());
      if (reason != null) {
        new TextUnread(page).write(map.map(), reason);
      }
    }
  }

  private void notEnumerable(List<MapState> maps) throws IOException {
    TreeMap<String, Integer> types = new TreeMap<>();
    for (MapState map : maps) {
      if (map.contents() instanceof Contents.NotEnumerable) {
        types.merge(map.map().typeName(), 1, Integer::sum);
      }
    }
    if (types.isEmpty()) {
      return;
    }
    long count = types.values().stream().mapToLong(Integer::longValue).sum();
    page.line(
        Paint.DIM,
        Wording.count(count, "map")
            + " of a type that cannot be listed: "
            + String.join(", ", types.keySet())
            + (page.verbose() ? "" : " (--verbose names them)"));
    if (page.verbose()) {
      eachNotEnumerable(maps);
    }
  }

  private void eachNotEnumerable(List<MapState> maps) throws IOException {
    for (MapState state : maps) {
      if (state.contents() instanceof Contents.NotEnumerable(String why, var _)) {
        BpfMap map = state.map();
        page.line(
            Paint.DIM,
            "  "
                + MapColumns.of(List.of(map)).line(map).strip()
                + ": "
                + KernelText.printable(why));
      }
    }
  }
}
