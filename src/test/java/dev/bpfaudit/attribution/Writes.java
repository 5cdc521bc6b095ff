package dev.bpfaudit.attribution;

import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.SeededHash;
import dev.bpfaudit.model.Task;
import dev.bpfaudit.model.TracedProcess;
import dev.bpfaudit.model.TracedProgram;
import dev.bpfaudit.model.Variation;
import dev.bpfaudit.model.WrittenKey;
import dev.bpfaudit.model.WrittenValue;
import java.util.List;

/// Observed writes, made by hand.
final class Writes {
  static final Author CURL = caller("curl", 42);
  static final Author BASH = caller("bash", 43);
  static final WrittenKey UNKNOWN = new WrittenKey.Unknown();
  static final WrittenKey WHOLE = new WrittenKey.Whole();
  static final WrittenValue NONE = new WrittenValue.None();

  private Writes() {}

  static Author caller(String comm, long pid) {
    return new Author.Caller(
        new TracedProcess(pid, 7, comm, "/bin/" + comm, List.of(comm), 0, "/", "", 1, "init"));
  }

  static Author program(String name, String onTopOf) {
    return new Author.Program(
        new TracedProgram(5, Bytes.fromHex("0102030405060708"), name, 6, ""), new Task(9, onTopOf));
  }

  static WrittenKey key(String hex) {
    return new WrittenKey.Exact(Bytes.fromHex(hex));
  }

  /// A key of which only the first byte was kept.
  static WrittenKey prefix(String hex) {
    Bytes key = Bytes.fromHex(hex);
    return new WrittenKey.Prefix(Bytes.of(key.at(0)), key.length(), SeededHash.of(42, key));
  }

  static WrittenValue value(String hex) {
    Bytes value = Bytes.fromHex(hex);
    return new WrittenValue.Hashed(SeededHash.of(42, value), value, value.length());
  }

  /// By curl, to map 7.
  static ObservedWrite update(String key, String value, long at) {
    return update(CURL, key(key), value(value), at);
  }

  static ObservedWrite update(Author author, WrittenKey key, WrittenValue value, long at) {
    return write(7, Operation.UPDATE, author, key, value, at);
  }

  static ObservedWrite delete(String key, long at) {
    return write(7, Operation.DELETE, CURL, key(key), NONE, at);
  }

  static ObservedWrite whole(long map, Operation operation, long at) {
    return write(map, operation, CURL, WHOLE, NONE, at);
  }

  static ObservedWrite write(
      long map, Operation operation, Author author, WrittenKey key, WrittenValue value, long at) {
    return new ObservedWrite(map, operation, false, false, author, key, value, false, 1, at, at);
  }

  static ObservedWrite doubtful(ObservedWrite one) {
    return new ObservedWrite(
        one.mapId(),
        one.operation(),
        one.batch(),
        true,
        one.author(),
        one.key(),
        one.value(),
        one.variation(),
        one.count(),
        one.firstNanos(),
        one.lastNanos());
  }

  /// The same, counted together from one moment to another.
  static ObservedWrite often(ObservedWrite one, long count, long first, long last) {
    return new ObservedWrite(
        one.mapId(),
        one.operation(),
        one.batch(),
        one.doubtful(),
        one.author(),
        one.key(),
        one.value(),
        one.variation(),
        count,
        first,
        last);
  }

  /// The same, where the first value that was another than the one before came at a moment.
  static ObservedWrite varied(ObservedWrite one, long since, WrittenValue other) {
    return new ObservedWrite(
        one.mapId(),
        one.operation(),
        one.batch(),
        one.doubtful(),
        one.author(),
        one.key(),
        one.value(),
        new Variation.Since(since, other),
        one.count(),
        one.firstNanos(),
        one.lastNanos());
  }
}
