package dev.bpfaudit.kernel;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.ReadingWindow;
import dev.bpfaudit.model.TableSink;
import java.util.Optional;
import java.util.function.Consumer;

/// Captures one map after the other: open, describe, read, close.
final class MapCapture {
  private final CaptureRequest request;
  private final MapInfo info;
  private final ContentsReader contents;

  MapCapture(HostFacts host, CaptureRequest request, TableSink sink, MapInfo info) {
    this(host, request, sink, info, Runtime.getRuntime().maxMemory());
  }

  /// @param mostBytes of one map that memory can hold
  MapCapture(HostFacts host, CaptureRequest request, TableSink sink, MapInfo info, long mostBytes) {
    this.request = request;
    this.info = info;
    this.contents = new ContentsReader(sink, host.possibleCpus(), request.stackTraces(), mostBytes);
  }

  /// What came of one map.
  sealed interface Captured {}

  /// It was opened, and read if it is wanted.
  record Opened(Optional<MapState> state) implements Captured {}

  /// It was not handed out; `ENOENT` if it was deleted, says whoever answers.
  record Shut(int errno, String reason) implements Captured {}

  /// @param beforeReading hears the map's name just before its entries are read
  Captured capture(long id, Consumer<String> beforeReading) {
    return switch (Opening.ofMap(id)) {
      case Opening.Vanished() -> new Shut(Errno.ENOENT, Opening.refusal(id, Errno.ENOENT));
      case Opening.Refused(int errno, String reason) -> new Shut(errno, reason);
      case Opening.Opened(Fd fd) -> {
        try (fd) {
          yield new Opened(read(id, fd, beforeReading));
        }
      }
    };
  }

  private Optional<MapState> read(long id, Fd fd, Consumer<String> beforeReading) {
    BpfMap map;
    try {
      map = info.of(fd);
    } catch (UnreadableException e) {
      return unreadable(id, e.reason());
    }
    if (!request.wanted().test(map)) {
      return Optional.empty();
    }
    beforeReading.accept(map.name());
    long began = BootClock.nanos();
    Contents read = readOrSayWhyNot(fd, map);
    return Optional.of(new MapState(map, read, new ReadingWindow(began, BootClock.nanos())));
  }

  /// One map that is too large for this process must not keep it from reading the others.
  private Contents readOrSayWhyNot(Fd fd, BpfMap map) {
    try {
      return contents.read(fd, map);
    } catch (OutOfMemoryError _) {
      return new Contents.Unreadable(
          "its entries do not fit into the memory that Java may use ("
              + Runtime.getRuntime().maxMemory() / (1 << 20)
              + " MiB)");
    } catch (ArithmeticException | NegativeArraySizeException | IllegalArgumentException e) {
      return new Contents.Unreadable(
          "bpfaudit cannot hold its "
              + map.maxEntries()
              + " entries with keys of "
              + map.keySize()
              + " and values of "
              + map.valueSize()
              + " bytes: "
              + e.getMessage());
    }
  }

  /// What is known of a map without opening it.
  BpfMap unopened(long id) {
    return info.unknown(id);
  }

  /// The state of a map that is there and was not read; empty if it is not wanted.
  Optional<MapState> unreadable(long id, String reason) {
    BpfMap map = info.unknown(id);
    if (!request.wanted().test(map)) {
      return Optional.empty();
    }
    long now = BootClock.nanos();
    return Optional.of(
        new MapState(map, new Contents.Unreadable(reason), new ReadingWindow(now, now)));
  }
}
