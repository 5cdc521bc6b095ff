package dev.bpfaudit.store;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.ReadingWindow;
import java.util.ArrayList;
import java.util.List;

/// The reading windows of a snapshot in a few bytes each: in the order of the manifest's maps, how
/// long after the end of the one before it a window began (the first: after the capture's
/// boottime), and how long it was.
final class ReadingWindows {
  private ReadingWindows() {}

  static Bytes pack(long boottimeNanos, List<MapState> maps) {
    FactWriter out = new FactWriter();
    long last = boottimeNanos;
    for (MapState state : maps) {
      ReadingWindow window = state.window();
      out.signed(window.beganNanos() - last).number(window.endedNanos() - window.beganNanos());
      last = window.endedNanos();
    }
    return Bytes.of(out.written());
  }

  /// @throws IllegalArgumentException if these are not `count` windows
  static List<ReadingWindow> unpack(long boottimeNanos, Bytes packed, int count) {
    FactReader in = new FactReader(packed.toArray());
    List<ReadingWindow> windows = new ArrayList<>(count);
    long last = boottimeNanos;
    for (int i = 0; i < count; i++) {
      long began = last + in.signed();
      last = began + in.number();
      windows.add(new ReadingWindow(began, last));
    }
    in.end();
    return windows;
  }
}
