package dev.bpfaudit.kernel;

import dev.bpfaudit.model.BpfMap;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.TableSink;

/// Reads the entries of one open map in the way its type allows, and says what came of it.
final class ContentsReader {
  private final TableSink sink;
  private final int possibleCpus;
  private final boolean stackTraces;

  ContentsReader(TableSink sink, int possibleCpus, boolean stackTraces) {
    this.sink = sink;
    this.possibleCpus = possibleCpus;
    this.stackTraces = stackTraces;
  }

  Contents read(Fd fd, BpfMap map) {
    MapShape shape = MapShape.of(fd, map, possibleCpus);
    ReadingMethod method = ReadingMethod.of(map, stackTraces);
    return switch (method) {
      case ReadingMethod.Impossible(String why) ->
          new Contents.NotEnumerable(why, sink.keep(map, FlatTable.empty(0, 0)));
      case ReadingMethod.Peek(String why) ->
          part(
              map, why, new MapShape(shape.fd(), 0, shape.valueSize(), shape.maxEntries()), method);
      case ReadingMethod.KeysOnly(String why) ->
          part(map, why, new MapShape(shape.fd(), shape.keySize(), 0, shape.maxEntries()), method);
      case ReadingMethod.Batch _, ReadingMethod.NextKey _, ReadingMethod.Index _ ->
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
      case ReadingMethod.Peek _ -> new PeekReader(shape, rows).read();
      case ReadingMethod.KeysOnly _ -> new NextKeyReader(shape, rows, false).read();
      case ReadingMethod.Impossible(String why) -> new ReadingEnd.CutShort(why);
    };
  }
}
