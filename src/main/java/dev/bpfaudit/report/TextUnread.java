package dev.bpfaudit.report;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.KernelText;
import java.io.IOException;
import java.util.List;

/// A map that was not read, and why: never left out.
final class TextUnread {
  private final Page page;

  TextUnread(Page page) {
    this.page = page;
  }

  void write(BpfMap map, String reason) throws IOException {
    String line = MapColumns.of(List.of(map)).line(map).stripTrailing();
    page.line(Paint.YELLOW, "? " + line + "  not read");
    page.line(Paint.YELLOW, "    " + KernelText.printable(reason));
  }
}
