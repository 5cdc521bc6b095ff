package dev.bpfaudit.report;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.KernelText;
import dev.bpfaudit.model.MapState;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// Maps with all their entries, nothing folded.
final class TextShow {
  private static final String INDENT = "  ";
  private static final String DEEP = "      ";

  private final Page page;

  TextShow(Page page) {
    this.page = page;
  }

  void write(Document.MapContents contents) throws IOException {
    ProgramNames programs = new ProgramNames(contents.programs());
    int cpus = contents.origin().host().possibleCpus();
    new TextHeadline(page).origin(contents.origin());
    if (contents.maps().isEmpty()) {
      page.line("No map.");
    }
    boolean first = true;
    for (MapState state : contents.maps()) {
      if (!first) {
        page.blank();
      }
      first = false;
      facts(state.map());
      FlatTable table = JsonItem.knownTable(state);
      known(state.contents(), table.count());
      entries(new ValueText(state.map(), programs, cpus), table);
    }
  }

  private void facts(BpfMap map) throws IOException {
    page.line(Paint.BOLD, MapColumns.of(List.of(map)).line(map).stripTrailing());
    page.line(
        Paint.DIM,
        "key "
            + Wording.size(map.keySize())
            + "  value "
            + Wording.size(map.valueSize())
            + "  at most "
            + map.maxEntries()
            + " entries  flags 0x"
            + Long.toHexString(map.mapFlags())
            + "  memory "
            + Wording.size(map.memlock())
            + (map.frozen() ? "  frozen" : "")
            + (map.btfId() == 0 ? "" : "  btf " + map.btfId()));
  }

  private void known(Contents contents, long count) throws IOException {
    String entries = Wording.count(count, "entry");
    switch (contents) {
      case Contents.Complete _ -> page.line(entries);
      case Contents.Partial partial ->
          page.line(Paint.YELLOW, entries + " read, not all: " + text(partial.reason()));
      case Contents.Unreadable unreadable ->
          page.line(Paint.YELLOW, "not read: " + text(unreadable.reason()));
      case Contents.NotEnumerable not -> {
        page.line(Paint.YELLOW, "cannot be listed: " + text(not.why()));
        if (count > 0) {
          page.line(entries + " seen all the same");
        }
      }
    }
  }

  private static String text(String reason) {
    return KernelText.printable(reason);
  }

  private void entries(ValueText text, FlatTable table) throws IOException {
    for (long row = 0; row < table.count(); row++) {
      Bytes key = Bytes.of(table.key(row));
      Bytes value = Bytes.of(table.value(row));
      Optional<String> shortKey = text.key(key);
      Optional<String> shortValue = text.value(value);
      if (shortKey.isPresent() && shortValue.isPresent()) {
        String head = shortKey.get().isEmpty() ? "" : shortKey.get() + "   ";
        String line = INDENT + head + shortValue.get();
        if (line.length() <= page.width()) {
          page.line(line.stripTrailing());
          continue;
        }
      }
      key(shortKey, key);
      value(text, shortValue, value);
    }
  }

  private void key(Optional<String> shortKey, Bytes key) throws IOException {
    if (shortKey.isEmpty()) {
      rows(INDENT, key);
    } else if (!shortKey.get().isEmpty()) {
      page.line(INDENT + shortKey.get());
    }
  }

  private void value(ValueText text, Optional<String> shortValue, Bytes value) throws IOException {
    if (shortValue.isPresent()) {
      page.line(DEEP + shortValue.get());
      return;
    }
    int cpus = text.slots(value);
    for (int cpu = 0; cpu < cpus; cpu++) {
      rows(DEEP + "cpu " + cpu + "  ", text.slot(value, cpu));
    }
    if (cpus == 0) {
      rows(DEEP, value);
    }
  }

  private void rows(String head, Bytes bytes) throws IOException {
    for (String row : ValueText.rows(bytes, 0, bytes.length())) {
      page.line(head + row);
    }
  }
}
