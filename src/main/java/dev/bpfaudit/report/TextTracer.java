package dev.bpfaudit.report;

import dev.bpfaudit.model.KernelText;
import dev.bpfaudit.model.Loss;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.TracerStatus;
import dev.bpfaudit.model.WritePath;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// The tracer in ten lines: what is watched since when, and what is not.
final class TextTracer {
  private static final int MANY_TYPES = 12;

  private final Page page;

  TextTracer(Page page) {
    this.page = page;
  }

  void write(TracerState state) throws IOException {
    switch (state) {
      case TracerState.Absent _ -> {
        page.line("No tracer is installed: changes are found, but nobody is named.");
        page.line(Paint.DIM, "bpfaudit tracer install attaches one; no daemon is needed");
      }
      case TracerState.Present present -> present(present);
    }
  }

  private void present(TracerState.Present state) throws IOException {
    TracerStatus status = state.status();
    new TextAlarms(page).write(state.alarms());
    page.line(
        Paint.BOLD,
        "tracer installed "
            + Wording.moment(state.at(status.installedNanos()))
            + ", records for "
            + KernelText.printable(status.store().toString()));
    new TextHeadline(page).host(state.host());
    if (!status.current()) {
      page.line(
          Paint.YELLOW,
          "another build of bpfaudit installed it: bpfaudit tracer install renews it");
    }
    page.line("watches     " + watched(status));
    blind(status.paths());
    page.line(
        "waiting     "
            + Wording.count(status.recorded(), "write")
            + " since "
            + Wording.moment(state.at(status.drainedNanos()))
            + "; the next snapshot or check reads them");
    losses(status.losses());
    page.line(Paint.DIM, "memory      " + Wording.size(status.memory()) + ", and never more");
    if (page.verbose()) {
      for (WritePath path : status.paths()) {
        if (path.state() instanceof WritePath.Watched(long since)) {
          page.line(
              Paint.DIM,
              "  "
                  + KernelText.printable(path.name())
                  + " since "
                  + Wording.moment(state.at(since)));
        }
      }
    }
  }

  private static String watched(TracerStatus status) {
    long watched =
        status.paths().stream().filter(path -> path.state() instanceof WritePath.Watched).count();
    String how =
        switch (status.kind()) {
          case FENTRY -> "the kernel's own functions (fentry)";
          case KPROBE -> "the kernel's functions by kprobes, system calls by raw tracepoints";
          case TRACEPOINT -> "system calls only, by raw tracepoints";
        };
    return how + ", " + watched + " of " + status.paths().size() + " paths";
  }

  /// One line for each reason.
  private void blind(List<WritePath> paths) throws IOException {
    TreeMap<String, Set<MapType>> types = new TreeMap<>();
    TreeMap<String, Set<String>> names = new TreeMap<>();
    for (WritePath path : paths) {
      if (path.state() instanceof WritePath.Blind(String why)) {
        types.computeIfAbsent(why, _ -> new TreeSet<>()).addAll(path.types());
        names.computeIfAbsent(why, _ -> new TreeSet<>()).add(path.name());
      }
    }
    for (String why : types.keySet()) {
      page.line(
          Paint.YELLOW,
          "not watched "
              + KernelText.printable(String.join(", ", names.getOrDefault(why, Set.of())))
              + " ("
              + spell(types.getOrDefault(why, Set.of()))
              + "): "
              + KernelText.printable(why));
    }
  }

  private static String spell(Set<MapType> types) {
    return types.size() > MANY_TYPES
        ? types.size() + " types of map"
        : types.stream()
            .map(type -> type.name().toLowerCase(Locale.ROOT))
            .collect(Collectors.joining(", "));
  }

  private void losses(List<Loss> losses) throws IOException {
    if (losses.isEmpty()) {
      page.line("lost        nothing");
    }
    for (Loss loss : losses) {
      page.line(
          Paint.YELLOW, "lost        " + loss.count() + " × " + KernelText.printable(loss.what()));
    }
  }
}
