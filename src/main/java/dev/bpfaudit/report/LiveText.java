package dev.bpfaudit.report;

import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.TracedProcess;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Live writes for people. Map and author stand above their lines and come again only when they
/// change. Who writes one map all the time gets [LiveRoom] lines, and from then on one in a while
/// that sums up, so that the one write that matters is not carried away.
public final class LiveText {
  private final TextStyle style;
  private final Map<Source, LiveRoom> rooms = new LinkedHashMap<>();
  private @Nullable Written above;

  public LiveText(TextStyle style) {
    this.style = style;
  }

  /// Whose lines are counted together. A program that is run again and again is one.
  private record Source(long mapId, Object who) {
    static Source of(ObservedWrite write) {
      return new Source(
          write.mapId(),
          switch (write.author()) {
            case Author.Caller(TracedProcess process) ->
                List.of(process.comm(), process.exe(), process.uid());
            case Author.Program(var program, var _) -> program;
            case Author.UnknownProgram(String why, var _) -> why;
            case Author.Unknown(String why) -> why;
          });
    }
  }

  /// Writes what has room, and what has waited for room long enough.
  ///
  /// @param nowNanos `CLOCK_BOOTTIME`
  public void write(Writer out, List<Written> writes, long nowNanos) throws IOException {
    Page page = new Page(out, style);
    Map<Source, List<Written>> bySource = new LinkedHashMap<>();
    writes.forEach(each ->
        bySource
            .computeIfAbsent(Source.of(each.write().recorded()), _ -> new ArrayList<>())
            .add(each));
    for (Map.Entry<Source, List<Written>> each : bySource.entrySet()) {
      LiveRoom room = rooms.computeIfAbsent(each.getKey(), _ -> new LiveRoom(nowNanos));
      for (Written written : each.getValue()) {
        if (page.verbose() || room.takes(nowNanos, written)) {
          line(page, written);
        }
      }
    }
    for (LiveRoom room : rooms.values()) {
      LiveFold fold = room.due(nowNanos);
      if (fold != null) {
        folded(page, fold);
      }
    }
    rooms.values().removeIf(room -> room.idle(nowNanos));
    out.flush();
  }

  /// Something else was written in between: map and author are to be named again.
  public void interrupted() {
    above = null;
  }

  /// Writes what still waits for room.
  public void end(Writer out) throws IOException {
    Page page = new Page(out, style);
    for (LiveRoom room : rooms.values()) {
      LiveFold fold = room.rest();
      if (fold != null) {
        folded(page, fold);
      }
    }
    rooms.clear();
    out.flush();
  }

  private void folded(Page page, LiveFold fold) throws IOException {
    Written only = fold.only();
    if (only != null) {
      line(page, only);
      return;
    }
    heading(page, fold.last());
    new TextWritten(page).folded(fold.last().at(), fold.what());
  }

  private void line(Page page, Written written) throws IOException {
    heading(page, written);
    new TextWritten(page).line(written);
  }

  private void heading(Page page, Written written) throws IOException {
    boolean sameMap =
        above != null
            && above.write().recorded().mapId() == written.write().recorded().mapId()
            && (above.map() == null) == (written.map() == null);
    if (!sameMap) {
      new TextWritten(page).map(written);
    }
    if (!sameMap || !sameAuthor(above, written)) {
      new TextWritten(page).author(written);
    }
    above = written;
  }

  /// The task a program runs on top of may be another each time.
  private static boolean sameAuthor(@Nullable Written one, Written other) {
    if (one == null) {
      return false;
    }
    Author author = other.write().recorded().author();
    return switch (one.write().recorded().author()) {
      case Author.Program(var program, var _) ->
          author instanceof Author.Program(var same, var _) && same.equals(program);
      case Author.UnknownProgram(String why, var _) ->
          author instanceof Author.UnknownProgram(String same, var _) && same.equals(why);
      case Author.Caller caller -> caller.equals(author);
      case Author.Unknown unknown -> unknown.equals(author);
    };
  }
}
