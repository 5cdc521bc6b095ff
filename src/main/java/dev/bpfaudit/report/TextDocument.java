package dev.bpfaudit.report;

import dev.bpfaudit.model.Baseline;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.KernelText;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.SnapshotHeader;
import dev.bpfaudit.model.Verification;
import dev.bpfaudit.report.TextTable.Cell;
import dev.bpfaudit.report.TextTable.Column;
import java.io.IOException;
import java.time.Instant;

/// A [Document] for people.
final class TextDocument {
  private final Page page;

  TextDocument(Page page) {
    this.page = page;
  }

  void write(Document document) throws IOException {
    switch (document) {
      case AuditReport report -> new TextReport(page).write(report);
      case Document.SnapshotTaken taken -> taken(taken);
      case Document.SnapshotLog log -> log(log);
      case Document.MapList list -> maps(list);
      case Document.MapContents contents -> new TextShow(page).write(contents);
      case BaselineState state -> baseline(state);
      case Document.VerifyResult result -> verification(result);
      case Document.DoctorResult result -> new TextDoctor(page).write(result);
      case Written written -> new TextWritten(page).write(written);
      case Notice(Instant at, Notice.Kind _, String what) ->
          page.line(Wording.moment(at) + "  " + KernelText.printable(what));
      case TracerState state -> new TextTracer(page).write(state);
      case Document.SchemaList list -> {
        for (String name : list.names()) {
          page.line(name);
        }
      }
    }
  }

  private void taken(Document.SnapshotTaken taken) throws IOException {
    SnapshotHeader snapshot = taken.snapshot();
    new TextHeadline(page).snapshot(snapshot);
    String unread = snapshot.unread() == 0 ? "" : "; " + snapshot.unread() + " could not be read";
    page.line(Wording.count(snapshot.maps(), "map") + " stored" + unread);
    page.line(Paint.DIM, "hash " + snapshot.hash());
    for (MapState map : taken.unread()) {
      String reason = MapFinding.unreadReason(map.contents());
      new TextUnread(page).write(map.map(), reason == null ? "" : reason);
    }
  }

  private void log(Document.SnapshotLog log) throws IOException {
    if (log.snapshots().isEmpty()) {
      page.line("No snapshot yet: bpfaudit snapshot takes one.");
      return;
    }
    TextTable table =
        new TextTable(
            Column.number("snapshot"),
            Column.text("taken at"),
            Column.number("maps"),
            Column.number("unread"),
            Column.text("kernel"),
            Column.text("boot"),
            Column.text("hash"),
            Column.text(""));
    for (SnapshotHeader snapshot : log.snapshots()) {
      boolean good = snapshot.number() == log.baseline();
      table.row(
          Cell.of("@" + snapshot.number()),
          Cell.of(Wording.moment(snapshot.takenAt())),
          Cell.of(snapshot.maps()),
          new Cell(
              Long.toString(snapshot.unread()),
              snapshot.unread() == 0 ? Paint.PLAIN : Paint.YELLOW),
          Cell.of(KernelText.printable(snapshot.host().kernel())),
          new Cell(boot(snapshot), Paint.DIM),
          new Cell(Wording.shortHash(snapshot.hash().hex()), Paint.DIM),
          new Cell(good ? "baseline" : "", Paint.GREEN));
    }
    table.write(page);
  }

  private static String boot(SnapshotHeader snapshot) {
    return KernelText.printable(snapshot.host().bootId()).split("-", 2)[0];
  }

  private void maps(Document.MapList list) throws IOException {
    new TextHeadline(page).origin(list.origin());
    if (list.maps().isEmpty()) {
      page.line("No map.");
      return;
    }
    TextTable table =
        new TextTable(
            Column.number("id"),
            Column.text("name"),
            Column.text("type"),
            Column.number("key"),
            Column.number("value"),
            Column.number("max entries"),
            Column.number("memory"),
            Column.text("frozen"),
            Column.text("pins"));
    for (BpfMap map : list.maps()) {
      table.row(
          Cell.of(map.id()),
          new Cell(Wording.name(map), Paint.BOLD),
          Cell.of(map.typeName()),
          Cell.of(Wording.size(map.keySize())),
          Cell.of(Wording.size(map.valueSize())),
          Cell.of(map.maxEntries()),
          Cell.of(Wording.size(map.memlock())),
          Cell.of(map.frozen() ? "yes" : "no"),
          new Cell(Wording.pins(map), Paint.DIM));
    }
    table.write(page);
  }

  private void baseline(BaselineState state) throws IOException {
    switch (state) {
      case BaselineState.Absent _ ->
          page.line("No baseline: bpfaudit baseline set accepts the newest snapshot as good.");
      case BaselineState.Present(Baseline baseline) -> {
        new TextHeadline(page).snapshot(baseline.snapshot());
        page.line("baseline since " + Wording.moment(baseline.setAt()));
        page.line(Paint.DIM, "hash of this acceptance " + baseline.hash());
      }
    }
  }

  private void verification(Document.VerifyResult result) throws IOException {
    Verification found = result.verification();
    String seen =
        Wording.count(found.snapshots(), "snapshot")
            + " and "
            + Wording.count(found.tables(), "table")
            + " checked";
    Bytes expected = result.expected();
    if (found.faults().isEmpty()) {
      page.line(Paint.GREEN, "The store is as it was written: " + seen + ".");
    } else {
      page.line(Paint.RED, Wording.count(found.faults().size(), "fault") + ", " + seen + ":");
    }
    for (Verification.Fault fault : found.faults()) {
      String row = KernelText.printable(fault.row());
      page.line(Paint.RED, "  " + row + ": " + KernelText.printable(fault.what()));
    }
    page.line("head     " + found.head());
    if (expected != null) {
      page.line("expected " + expected);
    }
  }
}
