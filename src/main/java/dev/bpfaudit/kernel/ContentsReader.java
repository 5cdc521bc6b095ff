package dev.bpfaudit.kernel;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.TableSink;
import java.util.Optional;

/// Reads the entries of one open map in the way its type allows, and says what came of it.
final class ContentsReader {
  private static final int LARGEST_ARRAY = Integer.MAX_VALUE - 8;

  private final TableSink sink;
  private final int possibleCpus;
  private final boolean stackTraces;
  private final long mostBytes;

  /// @param mostBytes of one map that memory can hold
  ContentsReader(TableSink sink, int possibleCpus, boolean stackTraces, long mostBytes) {
    this.sink = sink;
    this.possibleCpus = possibleCpus;
    this.stackTraces = stackTraces;
    this.mostBytes = mostBytes;
  }

  Contents read(Fd fd, BpfMap map) {
    ReadingMethod method = ReadingMethod.of(map, stackTraces);
    if (method instanceof ReadingMethod.Impossible(String why)) {
      return new Contents.NotEnumerable(why, sink.keep(map, FlatTable.empty(0, 0)));
    }
    Optional<String> tooLarge = tooLarge(map, method);
    return tooLarge.isPresent()
        ? new Contents.Unreadable(tooLarge.get())
        : read(map, MapShape.of(fd, map, possibleCpus), method);
  }

  /// Why not even to try: asked before anything is allocated. Only arrays have as many entries as
  /// their size says; of the others one must fit.
  private Optional<String> tooLarge(BpfMap map, ReadingMethod method) {
    long keySize = method instanceof ReadingMethod.Peek ? 0 : map.keySize();
    long valueSize =
        method instanceof ReadingMethod.KeysOnly ? 0 : MapShape.valueBytes(map, possibleCpus);
    long row = keySize + valueSize;
    String limit = ", more than bpfaudit can hold (" + mostBytes + " bytes of memory)";
    if (row > Math.min(mostBytes, LARGEST_ARRAY)) {
      return Optional.of("it needs " + valueSize + " bytes a value" + limit);
    }
    boolean full = map.type() == MapType.ARRAY || map.type() == MapType.PERCPU_ARRAY;
    return full && map.maxEntries() * row > mostBytes
        ? Optional.of(
            "its "
                + map.maxEntries()
                + " entries need "
                + map.maxEntries() * row
                + " bytes"
                + limit)
        : Optional.empty();
  }

  private Contents read(BpfMap map, MapShape shape, ReadingMethod method) {
    return switch (method) {
      case ReadingMethod.Impossible(String why) -> new Contents.Unreadable(why);
      case ReadingMethod.Peek(String why) ->
          part(
              map, why, new MapShape(shape.fd(), 0, shape.valueSize(), shape.maxEntries()), method);
      case ReadingMethod.KeysOnly(String why) ->
          part(map, why, new MapShape(shape.fd(), shape.keySize(), 0, shape.maxEntries()), method);
      case ReadingMethod.Batch _,
          ReadingMethod.NextKey _,
          ReadingMethod.Index _,
          ReadingMethod.MapInMap _ ->
          entries(map, shape, method);
    };
  }

  private Contents entries(BpfMap map, MapShape shape, ReadingMethod method) {
    TableBuilder rows = new TableBuilder(shape.keySize(), shape.valueSize());
    return switch (read(shape, rows, method)) {
      case ReadingEnd.Whole() -> new Contents.Complete(sink.keep(map, rows.build()));
      case ReadingEnd.CutShort(String reason) -> cutShort(map, rows, reason);
      case ReadingEnd.WrongWay(String reason) -> cutShort(map, rows, reason);
    };
  }

  private Contents cutShort(BpfMap map, TableBuilder rows, String reason) {
    return rows.count() == 0
        ? new Contents.Unreadable(reason)
        : new Contents.Partial(sink.keep(map, rows.build()), reason);
  }

  /// What can be seen of a map whose type does not show all.
  private Contents part(BpfMap map, String why, MapShape shape, ReadingMethod method) {
    TableBuilder rows = new TableBuilder(shape.keySize(), shape.valueSize());
    return switch (read(shape, rows, method)) {
      case ReadingEnd.Whole() -> new Contents.NotEnumerable(why, sink.keep(map, rows.build()));
      case ReadingEnd.CutShort(String reason) -> new Contents.Unreadable(reason);
      case ReadingEnd.WrongWay(String reason) -> new Contents.Unreadable(reason);
    };
  }

  private static ReadingEnd read(MapShape shape, TableBuilder rows, ReadingMethod method) {
    return switch (method) {
      case ReadingMethod.Batch(ReadingMethod otherwise) -> {
        ReadingEnd end = new BatchReader(shape, rows).read();
        yield end instanceof ReadingEnd.WrongWay ? read(shape, rows, otherwise) : end;
      }
      case ReadingMethod.NextKey(boolean deletedKeyEndsWalk) ->
          new NextKeyReader(shape, rows, deletedKeyEndsWalk).read();
      case ReadingMethod.Index() -> new IndexReader(shape, rows).read();
      case ReadingMethod.MapInMap(boolean array) -> new MapInMapReader(shape, rows, array).read();
      case ReadingMethod.Peek _ -> new PeekReader(shape, rows).read();
      case ReadingMethod.KeysOnly _ -> new NextKeyReader(shape, rows, false).read();
      case ReadingMethod.Impossible(String why) -> new ReadingEnd.CutShort(why);
    };
  }
}
