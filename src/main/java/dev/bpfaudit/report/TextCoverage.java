package dev.bpfaudit.report;

import dev.bpfaudit.attribution.Attribution;
import dev.bpfaudit.attribution.Coverage;
import dev.bpfaudit.attribution.Gap;
import dev.bpfaudit.attribution.Untold;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.KernelText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// How much of the writing was watched, in one line, and why not more if that matters.
final class TextCoverage {
  private static final int SHOWN = 3;
  private static final String NONE = "no tracer was installed";

  private final Page page;

  TextCoverage(Page page) {
    this.page = page;
  }

  /// @param matters whether there is a change whose author a hole in the coverage may hide
  void write(Attribution attribution, boolean matters) throws IOException {
    Coverage coverage = attribution.coverage();
    HookKind tracer = coverage.tracer();
    if (tracer == null) {
      page.line(Paint.DIM, untraced(coverage));
    } else {
      boolean hidden = !coverage.complete() && !matters && !page.verbose();
      page.line(Paint.DIM, traced(coverage, tracer) + (hidden ? ", see --verbose" : ""));
      holes(coverage, matters);
    }
    if (page.verbose()) {
      for (BlindSpot spot : BlindSpot.always(coverage)) {
        page.line(Paint.DIM, "not seen: " + spot.why());
      }
    }
    if (matters || page.verbose()) {
      for (String why : attribution.unknownReach()) {
        page.line(Paint.DIM, "not known: " + KernelText.printable(why));
      }
    }
  }

  /// That something may have come and gone which nobody can tell.
  void untold(List<Untold> maps) throws IOException {
    if (maps.isEmpty()) {
      return;
    }
    long writes = maps.stream().mapToLong(Untold::writes).sum();
    page.line(
        Paint.DIM,
        Wording.count(writes, "write")
            + " to "
            + Wording.count(maps.size(), "map")
            + " of unknown keys or values: what came and went there is not known"
            + (page.verbose() ? "" : " (--verbose names the maps)"));
    if (page.verbose()) {
      for (Untold one : maps) {
        String map = MapColumns.of(List.of(one.map())).line(one.map()).strip();
        page.line(Paint.DIM, "  " + map + ": " + Wording.count(one.writes(), "write"));
      }
    }
  }

  /// That not every snapshot in between was looked into.
  void passedOver(long tables) throws IOException {
    if (tables > 0) {
      page.line(
          Paint.YELLOW,
          Wording.count(tables, "table")
              + " of the snapshots in between not looked into, because there are too many: what"
              + " came and went there is not known. Compare snapshots that are nearer.");
    }
  }

  private static String untraced(Coverage coverage) {
    List<String> reasons =
        coverage.gaps().stream().map(Gap::why).filter(why -> !why.equals(NONE)).distinct().toList();
    return reasons.isEmpty()
        ? "who wrote it: no tracer is installed, so no author can be named: bpfaudit tracer install"
        : "who wrote it: no author can be named: " + some(reasons);
  }

  private static String some(List<String> reasons) {
    String shown =
        reasons.stream().limit(SHOWN).map(KernelText::printable).collect(Collectors.joining("; "));
    return reasons.size() > SHOWN ? shown + "; …" : shown;
  }

  private static String traced(Coverage coverage, HookKind tracer) {
    if (coverage.complete()) {
      return "who wrote it: every path was watched all the time (" + tracer.label + ")";
    }
    List<String> holes = new ArrayList<>();
    add(holes, coverage.gaps().size(), "gap");
    add(holes, coverage.lost(), "lost write");
    add(holes, coverage.blind().size(), "blind path");
    return "who wrote it: not every path was watched all the time ("
        + tracer.label
        + "): "
        + String.join(", ", holes);
  }

  private static void add(List<String> holes, long count, String noun) {
    if (count > 0) {
      holes.add(Wording.count(count, noun));
    }
  }

  private void holes(Coverage coverage, boolean matters) throws IOException {
    List<String> lines = new ArrayList<>();
    coverage.gaps().forEach(gap -> lines.add(line(gap)));
    coverage
        .blind()
        .forEach(blind ->
            lines.add(
                KernelText.printable(blind.path()) + ": " + KernelText.printable(blind.why())));
    int shown = page.verbose() ? lines.size() : matters ? Math.min(SHOWN, lines.size()) : 0;
    for (String line : lines.subList(0, shown)) {
      page.line(Paint.DIM, "  not watched: " + line);
    }
    if (shown < lines.size() && matters) {
      page.line(Paint.DIM, "  … and " + (lines.size() - shown) + " more: --verbose");
    }
  }

  private static String line(Gap gap) {
    String until = gap.from().equals(gap.to()) ? "" : " to " + Wording.moment(gap.to());
    return KernelText.printable(gap.path())
        + " from "
        + Wording.moment(gap.from())
        + until
        + ": "
        + KernelText.printable(gap.why());
  }
}
