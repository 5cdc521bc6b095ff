package dev.bpfaudit.report;

import dev.bpfaudit.model.KernelText;
import dev.bpfaudit.model.Probe;
import dev.bpfaudit.report.TextTable.Cell;
import dev.bpfaudit.report.TextTable.Column;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// What a kernel allows, for people: by group, the answer first.
final class TextDoctor {
  private static final Cell NOTHING = Cell.of("");

  private final Page page;

  TextDoctor(Page page) {
    this.page = page;
  }

  void write(Document.DoctorResult result) throws IOException {
    new TextHeadline(page).host(result.host());
    TextTable table = new TextTable(Column.text(""), Column.text(""), Column.text(""));
    for (Probe.Group group : Probe.Group.values()) {
      List<Probe> probes = result.probes().stream().filter(p -> p.group() == group).toList();
      if (!probes.isEmpty()) {
        table.row(NOTHING, NOTHING, NOTHING);
        table.row(new Cell(group.name().toLowerCase(Locale.ROOT), Paint.BOLD), NOTHING, NOTHING);
        probes.forEach(probe -> row(table, probe));
      }
    }
    table.write(page);
  }

  private void row(TextTable table, Probe probe) {
    table.row(
        answer(probe),
        Cell.of(KernelText.printable(probe.name())),
        new Cell(KernelText.printable(probe.detail()), Paint.DIM));
    if (page.verbose()) {
      table.row(NOTHING, NOTHING, Cell.of(KernelText.printable(probe.question())));
    }
  }

  /// What is a setting is neither good nor bad.
  private static Cell answer(Probe probe) {
    boolean judged = probe.group() != Probe.Group.SETTINGS;
    return switch (probe.answer()) {
      case YES -> new Cell("  yes", judged ? Paint.GREEN : Paint.PLAIN);
      case NO -> new Cell("  no", judged ? Paint.YELLOW : Paint.PLAIN);
      case UNKNOWN -> new Cell("  unknown", Paint.DIM);
    };
  }
}
