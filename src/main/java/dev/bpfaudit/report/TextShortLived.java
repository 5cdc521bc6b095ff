package dev.bpfaudit.report;

import dev.bpfaudit.attribution.ShortLived;
import dev.bpfaudit.model.BpfMap;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Maps that came and went between two snapshots: one line, since whatever loads a program makes
/// some to find out what the kernel can do.
final class TextShortLived {
  private final Page page;
  private final TextWho who;

  TextShortLived(Page page, Instant now) {
    this.page = page;
    this.who = new TextWho(page, now);
  }

  void write(List<ShortLived> maps) throws IOException {
    if (maps.isEmpty()) {
      return;
    }
    page.line(
        Paint.DIM,
        Wording.count(maps.size(), "map")
            + " created and gone in between"
            + (page.verbose() ? "" : " (--verbose tells who made them)"));
    if (page.verbose()) {
      for (ShortLived one : maps) {
        page.line(Paint.DIM, "  ± " + name(one.map()) + "id " + one.id());
        who.map("      ", one.who());
      }
    }
  }

  private static String name(@Nullable BpfMap map) {
    return map == null ? "" : Wording.name(map) + "  " + map.typeName() + "  ";
  }
}
