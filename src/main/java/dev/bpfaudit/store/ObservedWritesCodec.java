package dev.bpfaudit.store;

import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.SeededHash;
import dev.bpfaudit.model.Variation;
import dev.bpfaudit.model.WrittenKey;
import dev.bpfaudit.model.WrittenValue;

/// The writes of one observation as bytes, one after the other: each is written by how it differs
/// from the one before, and an author once. A codec either writes or reads.
final class ObservedWritesCodec {
  private static final int BATCH = 1;
  private static final int DOUBTFUL = 2;

  /// Values varied, nobody knows when and how.
  private static final int VARIED = 4;

  /// Values varied, since when and how follows.
  private static final int VARIATION = 8;

  private static final int EXACT = 0;
  private static final int PREFIX = 1;
  private static final int UNKNOWN_KEY = 2;
  private static final int WHOLE = 3;

  private static final int HASHED = 0;

  /// All its bytes are known, so its hash can be computed from them.
  private static final int SHORT = 1;

  private static final int UNKNOWN_VALUE = 2;
  private static final int NONE = 3;

  private final Repeated<Operation> operations = new Repeated<>();
  private final Repeated<Author> authors = new Repeated<>();
  private final AuthorCodec author = new AuthorCodec();
  private final long seed;
  private long mapId;
  private long firstNanos;

  /// @param seed of the hashes
  /// @param beganNanos when the observation began
  ObservedWritesCodec(long seed, long beganNanos) {
    this.seed = seed;
    this.firstNanos = beganNanos;
  }

  void write(FactWriter out, ObservedWrite write) {
    out.signed(write.mapId() - mapId);
    operations.write(out, write.operation(), (o, operation) -> o.text(operation.name()));
    out.number(
        (write.batch() ? BATCH : 0)
            | (write.doubtful() ? DOUBTFUL : 0)
            | (write.variation() instanceof Variation.Since ? VARIATION : 0));
    authors.write(out, write.author(), author::write);
    write(out, write.key());
    write(out, write.value());
    out.number(write.count());
    out.signed(write.firstNanos() - firstNanos).number(write.lastNanos() - write.firstNanos());
    if (write.variation() instanceof Variation.Since(long nanos, WrittenValue other)) {
      out.signed(nanos - write.firstNanos());
      write(out, other);
    }
    mapId = write.mapId();
    firstNanos = write.firstNanos();
  }

  private static void write(FactWriter out, WrittenKey key) {
    switch (key) {
      case WrittenKey.Exact(Bytes bytes) -> out.number(EXACT).bytes(bytes);
      case WrittenKey.Prefix(Bytes start, int size, long hash) ->
          out.number(PREFIX).bytes(start).signed(size).number(hash);
      case WrittenKey.Unknown _ -> out.number(UNKNOWN_KEY);
      case WrittenKey.Whole _ -> out.number(WHOLE);
    }
  }

  private void write(FactWriter out, WrittenValue value) {
    switch (value) {
      case WrittenValue.Hashed hashed when isShort(hashed) ->
          out.number(SHORT).bytes(hashed.start());
      case WrittenValue.Hashed(long hash, Bytes start, int size) ->
          out.number(HASHED).bytes(start).signed(size).number(hash);
      case WrittenValue.Unknown _ -> out.number(UNKNOWN_VALUE);
      case WrittenValue.None _ -> out.number(NONE);
    }
  }

  private boolean isShort(WrittenValue.Hashed value) {
    return value.size() == value.start().length()
        && value.size() <= SeededHash.MOST_BYTES
        && value.hash() == SeededHash.of(seed, value.start());
  }

  ObservedWrite read(FactReader in) {
    mapId += in.signed();
    Operation operation = operations.read(in, i -> Operation.valueOf(i.text()));
    long flags = in.number();
    Author by = authors.read(in, author::read);
    WrittenKey key = readKey(in);
    WrittenValue value = readValue(in);
    long count = in.number();
    firstNanos += in.signed();
    long last = firstNanos + in.number();
    return new ObservedWrite(
        mapId,
        operation,
        (flags & BATCH) != 0,
        (flags & DOUBTFUL) != 0,
        by,
        key,
        value,
        variation(in, flags, last),
        count,
        firstNanos,
        last);
  }

  private Variation variation(FactReader in, long flags, long last) {
    if ((flags & VARIATION) != 0) {
      return new Variation.Since(firstNanos + in.signed(), readValue(in));
    }
    return (flags & VARIED) != 0
        ? new Variation.Since(last, new WrittenValue.Unknown())
        : Variation.NONE;
  }

  private static WrittenKey readKey(FactReader in) {
    int kind = in.kind();
    return switch (kind) {
      case EXACT -> new WrittenKey.Exact(in.bytes());
      case PREFIX -> new WrittenKey.Prefix(in.bytes(), Math.toIntExact(in.signed()), in.number());
      case UNKNOWN_KEY -> new WrittenKey.Unknown();
      case WHOLE -> new WrittenKey.Whole();
      default -> throw new IllegalArgumentException("key of unknown kind " + kind);
    };
  }

  private WrittenValue readValue(FactReader in) {
    int kind = in.kind();
    return switch (kind) {
      case HASHED -> {
        Bytes start = in.bytes();
        int size = Math.toIntExact(in.signed());
        yield new WrittenValue.Hashed(in.number(), start, size);
      }
      case SHORT -> {
        Bytes all = in.bytes();
        yield new WrittenValue.Hashed(SeededHash.of(seed, all), all, all.length());
      }
      case UNKNOWN_VALUE -> new WrittenValue.Unknown();
      case NONE -> new WrittenValue.None();
      default -> throw new IllegalArgumentException("value of unknown kind " + kind);
    };
  }
}
