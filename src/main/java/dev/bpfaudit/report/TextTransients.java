package dev.bpfaudit.report;

import dev.bpfaudit.attribution.Transient;
import dev.bpfaudit.model.Bytes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// The entries of one map that came and went: a line each where key and values are short, else a
/// block.
final class TextTransients {
  private static final int SHOWN = 10;
  private static final String INDENT = "  ";
  private static final String ARROW = " → ";

  private final Page page;
  private final ValueText now;
  private final TextLongEntry block;

  TextTransients(Page page, ValueText before, ValueText now) {
    this.page = page;
    this.now = now;
    this.block = new TextLongEntry(page, before, now);
  }

  /// What stands below an entry.
  interface Footnote {
    void write(Transient one) throws IOException;
  }

  void write(List<Transient> transients, Footnote footnote) throws IOException {
    int shown = page.verbose() ? transients.size() : Math.min(SHOWN, transients.size());
    for (Transient one : transients.subList(0, shown)) {
      write(one);
      footnote.write(one);
    }
    if (shown < transients.size()) {
      int more = transients.size() - shown;
      page.line(
          Paint.DIM,
          INDENT + "… and " + more + " more that came and went: --verbose or --format json");
    }
  }

  private void write(Transient one) throws IOException {
    Optional<String> key = one.truncated() ? Optional.empty() : now.key(one.key());
    Optional<String> course = course(one);
    if (key.isPresent() && course.isPresent()) {
      String line = INDENT + "± " + (key.get().isEmpty() ? "" : key.get() + "   ") + course.get();
      if (line.length() <= page.width()) {
        page.line(Paint.YELLOW, line);
        return;
      }
    }
    block.key(INDENT + "± ", Paint.YELLOW, key, one.key());
    if (one.truncated()) {
      page.line(Paint.DIM, INDENT + "  of a longer key only these bytes are known");
    }
    values(one);
  }

  /// `01 → 02 → back`, or `02, came and went`; empty if a value takes several lines.
  private Optional<String> course(Transient one) {
    Optional<String> other = other(one.last());
    Bytes stands = one.now();
    if (stands == null) {
      return other.map(value -> value.isEmpty() ? "came and went" : value + ", came and went");
    }
    Optional<String> shown = now.value(stands);
    return shown.flatMap(
        value -> other.map(was -> value + ARROW + named(one, was) + ARROW + "back"));
  }

  private static String named(Transient one, String value) {
    return switch (one.last()) {
      case Transient.Value _ -> value;
      case Transient.Absent _ -> "gone";
      case Transient.Unknown _ -> "another value";
    };
  }

  /// Empty if it takes several lines.
  private Optional<String> other(Transient.Last last) {
    return switch (last) {
      case Transient.Value(Bytes start, int size) ->
          start.length() < size || start.length() > HexRow.WIDTH
              ? Optional.empty()
              : Optional.of(line(start));
      case Transient.Absent _, Transient.Unknown _ -> Optional.of("");
    };
  }

  /// One CPU's slot of a value has no slots of its own.
  private String line(Bytes value) {
    return now.map().type().perCpu() ? HexRow.line(value) : now.value(value).orElse("");
  }

  private void values(Transient one) throws IOException {
    Bytes stands = one.now();
    Optional<String> other = other(one.last());
    Optional<String> shown = stands == null ? Optional.empty() : now.value(stands);
    if (shown.isPresent() && other.isPresent()) {
      page.line(Paint.YELLOW, INDENT + "    " + shown.get());
      page.line(Paint.YELLOW, INDENT + "  → " + named(one, other.get()) + ARROW + "back");
      return;
    }
    String what = stands == null ? "came and went" : "was for a while";
    switch (one.last()) {
      case Transient.Value(Bytes start, int size) -> {
        String part = start.length() < size ? ", of which the first are known" : "";
        page.line(Paint.DIM, INDENT + "  " + what + ", value of " + size + " bytes" + part);
        for (String row : ValueText.rows(start, 0, start.length())) {
          page.line(Paint.YELLOW, INDENT + "    " + row);
        }
      }
      case Transient.Absent _ -> page.line(Paint.DIM, INDENT + "  was gone for a while");
      case Transient.Unknown _ ->
          page.line(Paint.DIM, INDENT + "  " + what + (stands == null ? "" : " another value"));
    }
  }
}
