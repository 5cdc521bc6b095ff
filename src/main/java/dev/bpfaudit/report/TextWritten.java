package dev.bpfaudit.report;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.WrittenKey;
import dev.bpfaudit.model.WrittenValue;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The parts of a live write as text: which map, who, what.
final class TextWritten {
  private static final String INDENT = "  ";
  private static final String BELOW = " ".repeat(12);

  private final Page page;

  TextWritten(Page page) {
    this.page = page;
  }

  /// All of it.
  void write(Written written) throws IOException {
    map(written);
    author(written);
    line(written);
  }

  void map(Written written) throws IOException {
    BpfMap map = written.map();
    page.line(
        Paint.BOLD,
        map == null
            ? "map id " + written.write().recorded().mapId() + " (gone before its name was read)"
            : MapColumns.of(List.of(map)).line(map).strip());
  }

  void author(Written written) throws IOException {
    int room = page.verbose() ? Integer.MAX_VALUE : page.width() - INDENT.length();
    page.line(INDENT + TextWho.by(written.write().recorded().author(), room));
  }

  /// What was done, when, how often; on two lines if it is long.
  void line(Written written) throws IOException {
    ObservedWrite write = written.write().recorded();
    String when = INDENT + time(written.at()) + "  ";
    String verb = verb(write);
    String key = key(written.map(), write.key());
    String rest =
        value(written.map(), write) + times(written.write().count()) + notes(write, written);
    boolean fits = when.length() + verb.length() + key.length() + rest.length() <= page.width();
    String begun = when + page.paint(paint(write.operation()), verb) + key;
    page.line(fits ? begun + rest : begun);
    if (!fits && !rest.isEmpty()) {
      page.line(BELOW + rest);
    }
  }

  private static String notes(ObservedWrite write, Written written) {
    return (write.doubtful() ? "  (in doubt: it failed half-way, or its memory changed)" : "")
        + (written.snapshot() == null ? "" : "  (drained by @" + written.snapshot().number() + ")");
  }

  /// Lines that are left out.
  void folded(Instant last, String what) throws IOException {
    page.line(INDENT + time(last) + "  " + page.paint(Paint.DIM, what));
  }

  static String times(long count) {
    return count == 1 ? "" : "  ×" + String.format(Locale.ROOT, "%,d", count);
  }

  private static String time(Instant at) {
    String moment = Wording.moment(at);
    return moment.substring(moment.indexOf(' ') + 1);
  }

  static String verb(ObservedWrite write) {
    String verb =
        switch (write.operation()) {
          case LOOKUP_AND_DELETE -> "lookup-and-delete";
          case CREATE -> "created";
          case RELEASE -> "released: nobody holds it any more";
          case FREEZE -> "frozen";
          case OPEN -> "opened";
          case MMAP -> "mapped for writing";
          case UPDATE, DELETE, PUSH, POP, STORE -> write.operation().label;
        };
    return write.batch() ? "batch " + verb : verb;
  }

  private static Paint paint(Operation operation) {
    return switch (operation) {
      case UPDATE, PUSH, STORE -> Paint.PLAIN;
      case DELETE, LOOKUP_AND_DELETE, POP, RELEASE -> Paint.RED;
      case CREATE -> Paint.GREEN;
      case FREEZE, MMAP -> Paint.YELLOW;
      case OPEN -> Paint.DIM;
    };
  }

  private static String key(@Nullable BpfMap map, WrittenKey key) {
    return switch (key) {
      case WrittenKey.Exact(Bytes bytes) -> "  " + key(map, bytes, bytes.length());
      case WrittenKey.Prefix(Bytes start, int size, long _) -> "  " + key(map, start, size);
      case WrittenKey.Unknown() -> "  (which keys was not kept)";
      case WrittenKey.Whole() -> "";
    };
  }

  private static String value(@Nullable BpfMap map, ObservedWrite write) {
    return switch (write.value()) {
      case WrittenValue.None() -> "";
      case WrittenValue.Unknown() ->
          write.key() instanceof WrittenKey.Unknown ? "" : "  → a value that was not kept";
      case WrittenValue.Hashed(long _, Bytes start, int size) -> "  → " + value(map, start, size);
    };
  }

  private static String key(@Nullable BpfMap map, Bytes start, int size) {
    return isProgramArray(map) && size == Integer.BYTES
        ? "slot " + ProgramNames.id(start)
        : bytes(start, size);
  }

  private static String value(@Nullable BpfMap map, Bytes start, int size) {
    return isProgramArray(map) && size == Integer.BYTES
        ? "program id " + ProgramNames.id(start)
        : bytes(start, size);
  }

  private static boolean isProgramArray(@Nullable BpfMap map) {
    return map != null && map.type() == MapType.PROG_ARRAY;
  }

  private static String bytes(Bytes start, int size) {
    int shown = Math.min(start.length(), HexRow.WIDTH);
    String hex = HexRow.line(Bytes.of(start.asSegment().asSlice(0, shown)));
    return shown < size ? hex + " … of " + Wording.size(size) : hex;
  }
}
