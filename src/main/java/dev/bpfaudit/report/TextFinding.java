package dev.bpfaudit.report;

import dev.bpfaudit.attribution.Attribution;
import dev.bpfaudit.attribution.MapAttribution;
import dev.bpfaudit.diff.AttributeChange;
import dev.bpfaudit.diff.AttributeValue;
import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.KernelText;
import java.io.IOException;
import java.util.List;

/// What happened to one map: a headline, then attributes, then entries.
final class TextFinding {
  private static final String INDENT = "    ";
  private static final String ENTRY_INDENT = INDENT + "  ";

  private final Page page;
  private final Attribution attribution;
  private final TextWho who;
  private final ProgramNames before;
  private final ProgramNames now;
  private final int cpusBefore;
  private final int cpusNow;

  TextFinding(Page page, AuditReport.Compared report) {
    var from = report.diff().from().capture();
    var to = report.diff().to().capture();
    this.page = page;
    this.attribution = report.attribution();
    this.who = new TextWho(page, report.to().header().takenAt());
    this.before = new ProgramNames(from.programs());
    this.now = new ProgramNames(to.programs());
    this.cpusBefore = from.host().possibleCpus();
    this.cpusNow = to.host().possibleCpus();
  }

  void write(MapFinding finding, MapColumns columns) throws IOException {
    headline(finding, columns);
    if (finding.reason() != null) {
      page.line(Paint.YELLOW, INDENT + KernelText.printable(finding.reason()));
    }
    MapAttribution writers = attribution.of(finding.change());
    who.map(INDENT, writers.itself());
    attributes(finding.attributes(), writers);
    boolean together = finding.entries().size() > 1 && writers.entriesAlike();
    if (together) {
      who.entry(INDENT, writers.entries());
    }
    BpfMap map = finding.map();
    ValueText old = new ValueText(map, before, cpusBefore);
    ValueText fresh = new ValueText(map, now, cpusNow);
    new TextEntries(page, old, fresh)
        .write(
            finding.entries(),
            change -> {
              if (!together) {
                who.entry(ENTRY_INDENT, writers.entry(change));
              }
            });
    transients(writers, new TextTransients(page, old, fresh));
  }

  private void transients(MapAttribution writers, TextTransients text) throws IOException {
    boolean together = writers.transients().size() > 1 && writers.transientsAlike();
    if (together) {
      who.entry(INDENT, writers.transientsTogether());
    }
    text.write(
        writers.transients(),
        one -> {
          if (!together) {
            who.entry(ENTRY_INDENT, one.who());
          }
        });
  }

  /// Whether anything stands below the headline.
  boolean hasBody(MapFinding finding) {
    return finding.reason() != null
        || TextWho.says(attribution.of(finding.change()).itself())
        || !finding.attributes().isEmpty()
        || !attribution.of(finding.change()).transients().isEmpty()
        || !finding.entries().isEmpty();
  }

  private void headline(MapFinding finding, MapColumns columns) throws IOException {
    String line = sign(finding) + " " + columns.line(finding.map()).stripTrailing();
    page.line(
        page.paint(paint(finding), page.paint(Paint.BOLD, line))
            + page.paint(Paint.DIM, note(finding)));
  }

  private static String sign(MapFinding finding) {
    return switch (finding.kind()) {
      case ADDED -> "+";
      case REMOVED -> "-";
      case REPLACED, CHANGED -> "~";
      case NOT_COMPARABLE -> "?";
      case UNCHANGED -> "±";
    };
  }

  private static Paint paint(MapFinding finding) {
    return switch (finding.kind()) {
      case ADDED -> Paint.GREEN;
      case REMOVED -> Paint.RED;
      case REPLACED, CHANGED, NOT_COMPARABLE, UNCHANGED -> Paint.YELLOW;
    };
  }

  private static String note(MapFinding finding) {
    String note =
        switch (finding.kind()) {
          case ADDED -> "  added";
          case REMOVED -> "  removed";
          case REPLACED -> "  replaced by another map";
          case CHANGED -> "";
          case NOT_COMPARABLE -> "  not comparable";
          case UNCHANGED -> "  as it was, but not all the time";
        };
    if (finding.previousId() != null) {
      note += ", was id " + finding.previousId();
    }
    return finding.ambiguous() ? note + ", one of several alike" : note;
  }

  private void attributes(List<AttributeChange> changes, MapAttribution writers)
      throws IOException {
    int width = changes.stream().mapToInt(change -> change.field().length()).max().orElse(0);
    TextPair pair = new TextPair(page);
    for (AttributeChange change : changes) {
      String field = change.field() + " ".repeat(width - change.field().length());
      String old = value(change.before());
      String fresh = value(change.now());
      if (!pair.line(INDENT + field + "  ", old, fresh)) {
        page.line(Paint.YELLOW, INDENT + field.stripTrailing());
        pair.lines(INDENT + "  ", old, fresh);
      }
      who.map(ENTRY_INDENT, writers.attribute(change));
    }
  }

  private static String value(AttributeValue value) {
    return switch (value) {
      case AttributeValue.Flag(boolean on) -> on ? "yes" : "no";
      case AttributeValue.Amount(long number) -> Long.toUnsignedString(number);
      case AttributeValue.FlagSet(long bits) -> "0x" + Long.toHexString(bits);
      case AttributeValue.Text(String text) -> orNone(text);
      case AttributeValue.Texts(List<String> texts) -> orNone(String.join(" ", texts));
    };
  }

  private static String orNone(String text) {
    return text.isEmpty() ? "(none)" : KernelText.printable(text);
  }
}
