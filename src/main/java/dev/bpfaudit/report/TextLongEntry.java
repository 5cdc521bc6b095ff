package dev.bpfaudit.report;

import dev.bpfaudit.model.Bytes;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;

/// A changed entry that takes several lines: its key, then the value, or the part of it that
/// differs. Long ones are folded unless the reader wants all.
final class TextLongEntry {
  private static final int SHOWN_BYTES = 64;
  private static final int SHOWN_CPUS = 8;
  private static final String LABEL = "    ";
  private static final String INDENT = LABEL + "  ";

  private final Page page;
  private final ValueText before;
  private final ValueText now;
  private final TextPair pair;
  private final int shownBytes;
  private final int shownCpus;

  TextLongEntry(Page page, ValueText before, ValueText now) {
    this.page = page;
    this.before = before;
    this.now = now;
    this.pair = new TextPair(page);
    this.shownBytes = page.verbose() ? Integer.MAX_VALUE : SHOWN_BYTES;
    this.shownCpus = page.verbose() ? Integer.MAX_VALUE : SHOWN_CPUS;
  }

  void key(String head, Paint paint, Optional<String> shortKey, Bytes key) throws IOException {
    if (shortKey.isPresent()) {
      page.line(paint, head + shortKey.get());
      return;
    }
    page.line(paint, head + "key of " + key.length() + " bytes");
    rows(paint, "", key, 0, key.length());
  }

  void value(Paint paint, ValueText text, Bytes value) throws IOException {
    Optional<String> shortValue = text.value(value);
    if (shortValue.isPresent()) {
      page.line(paint, INDENT + shortValue.get());
      return;
    }
    int cpus = text.slots(value);
    for (int cpu = 0; cpu < Math.min(cpus, shownCpus); cpu++) {
      Bytes slot = text.slot(value, cpu);
      rows(paint, "cpu " + cpu + "  ", slot, 0, slot.length());
    }
    foldedCpus(cpus - shownCpus);
    if (cpus == 0) {
      page.line(Paint.DIM, LABEL + "value of " + value.length() + " bytes");
      rows(paint, "", value, 0, value.length());
    }
  }

  /// What differs between two values of one key.
  void difference(Bytes was, Bytes is) throws IOException {
    int cpus = now.slots(is);
    if (cpus > 1 && before.slots(was) == cpus) {
      perCpu(was, is, cpus);
      return;
    }
    Optional<String> old = before.value(was);
    Optional<String> fresh = now.value(is);
    if (old.isPresent() && fresh.isPresent()) {
      pair.lines(INDENT, old.get(), fresh.get());
    } else {
      bytes(was, is);
    }
  }

  private void perCpu(Bytes was, Bytes is, int cpus) throws IOException {
    int differing = 0;
    for (int cpu = 0; cpu < cpus; cpu++) {
      Bytes old = before.slot(was, cpu);
      Bytes fresh = now.slot(is, cpu);
      if (!old.equals(fresh) && differing++ < shownCpus) {
        cpu("cpu " + cpu + "  ", old, fresh);
      }
    }
    foldedCpus(differing - shownCpus);
  }

  private void cpu(String label, Bytes old, Bytes fresh) throws IOException {
    if (Math.max(old.length(), fresh.length()) > HexRow.WIDTH) {
      page.line(Paint.YELLOW, INDENT + label.stripTrailing());
      bytes(old, fresh);
    } else if (!pair.line(INDENT + label, HexRow.line(old), HexRow.line(fresh))) {
      pair.lines(INDENT, label + HexRow.line(old), label + HexRow.line(fresh));
    }
  }

  /// The stretch from the first byte that differs to the last, in whole rows.
  private void bytes(Bytes was, Bytes is) throws IOException {
    long first = MemorySegment.ofArray(was.toArray()).mismatch(is.asSegment());
    int from = Math.toIntExact(Math.max(0, first)) / HexRow.WIDTH * HexRow.WIDTH;
    int to = differenceEnd(was, is);
    String sizes = was.length() == is.length() ? "" : was.length() + " → ";
    page.line(
        Paint.DIM, LABEL + "value of " + sizes + is.length() + " bytes, from where it differs");
    rows(Paint.RED, "- ", was, from, Math.min(to, was.length()));
    rows(Paint.GREEN, "+ ", is, from, Math.min(to, is.length()));
  }

  /// Behind the last row in which the two differ.
  private static int differenceEnd(Bytes was, Bytes is) {
    int end = Math.max(was.length(), is.length());
    if (was.length() == is.length()) {
      while (end > 0 && was.at(end - 1) == is.at(end - 1)) {
        end--;
      }
    }
    return (end + HexRow.WIDTH - 1) / HexRow.WIDTH * HexRow.WIDTH;
  }

  private void rows(Paint paint, String head, Bytes bytes, int from, int to) throws IOException {
    int end = from + Math.min(to - from, shownBytes);
    List<String> rows = ValueText.rows(bytes, from, end);
    for (String row : rows) {
      page.line(paint, INDENT + head + row);
    }
    if (end < to) {
      String rest = "… " + (to - end) + " more bytes: --verbose or --format json";
      page.line(Paint.DIM, INDENT + " ".repeat(head.length()) + rest);
    }
  }

  private void foldedCpus(int more) throws IOException {
    if (more > 0) {
      page.line(Paint.DIM, INDENT + "… and " + Wording.count(more, "more CPU") + ": --verbose");
    }
  }
}
