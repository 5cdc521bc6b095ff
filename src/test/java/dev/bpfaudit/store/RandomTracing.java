package dev.bpfaudit.store;

import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.KernelText;
import dev.bpfaudit.model.Lapse;
import dev.bpfaudit.model.Loss;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.SeededHash;
import dev.bpfaudit.model.Task;
import dev.bpfaudit.model.TracedProcess;
import dev.bpfaudit.model.TracedProgram;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.model.Variation;
import dev.bpfaudit.model.WritePath;
import dev.bpfaudit.model.WrittenKey;
import dev.bpfaudit.model.WrittenValue;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Whatever the model allows a tracer to say, hostile text and extreme numbers with it.
final class RandomTracing {
  private static final int MOST_TEXT = 300;

  private final Random random;
  private final long seed;

  RandomTracing(long seed) {
    this.random = new Random(seed);
    this.seed = random.nextLong();
  }

  Tracing.Traced traced(Bytes installation, long generation, int writes) {
    long began = number();
    return new Tracing.Traced(
        new Observation(
            installation,
            generation,
            one(HookKind.class),
            seed,
            began,
            number(),
            some(5, this::path),
            some(5, this::loss),
            some(3, this::lapse),
            Stream.generate(this::write).limit(writes).toList()));
  }

  private WritePath path() {
    WritePath.State state =
        random.nextBoolean() ? new WritePath.Watched(number()) : new WritePath.Blind(text());
    return new WritePath(
        text(), one(HookKind.class), set(MapType.class), set(Operation.class), state);
  }

  private Lapse lapse() {
    long from = number() >>> 2;
    return new Lapse(
        from, from + random.nextInt(1_000), text(), Set.of(one(MapType.class)), Set.of(), text());
  }

  private Loss loss() {
    Loss.Scope scope =
        switch (random.nextInt(4)) {
          case 0 -> new Loss.OneMap(number());
          case 1 -> new Loss.Types(set(MapType.class));
          case 2 -> new Loss.AllMaps();
          default -> new Loss.AuthorsOnly();
        };
    return new Loss(text(), number(), scope);
  }

  private ObservedWrite write() {
    long first = number();
    long last = Math.max(first, number());
    return new ObservedWrite(
        number(),
        one(Operation.class),
        random.nextBoolean(),
        random.nextBoolean(),
        author(),
        key(),
        value(),
        random.nextBoolean() ? Variation.NONE : new Variation.Since(number(), value()),
        Math.max(1, number()),
        first,
        last);
  }

  private Author author() {
    return switch (random.nextInt(4)) {
      case 0 -> new Author.Caller(process());
      case 1 -> new Author.Program(program(), task());
      case 2 -> new Author.UnknownProgram(text(), task());
      default -> new Author.Unknown(text());
    };
  }

  private TracedProcess process() {
    return new TracedProcess(
        number(),
        number(),
        text(),
        text(),
        some(4, this::text),
        number(),
        text(),
        text(),
        number(),
        text());
  }

  private TracedProgram program() {
    return new TracedProgram(number(), bytes(8), text(), number(), text());
  }

  private Task task() {
    return new Task(number(), text());
  }

  private WrittenKey key() {
    return switch (random.nextInt(4)) {
      case 0 -> new WrittenKey.Exact(bytes(64));
      case 1 -> new WrittenKey.Prefix(bytes(64), random.nextInt(), random.nextLong());
      case 2 -> new WrittenKey.Unknown();
      default -> new WrittenKey.Whole();
    };
  }

  private WrittenValue value() {
    Bytes bytes = bytes(64);
    return switch (random.nextInt(6)) {
      case 0 -> new WrittenValue.Hashed(SeededHash.of(seed, bytes), bytes, bytes.length());
      case 1 -> new WrittenValue.Hashed(random.nextLong(), bytes, bytes.length());
      case 2 -> new WrittenValue.Hashed(random.nextLong(), bytes, random.nextInt());
      case 3 -> new WrittenValue.Hashed(0, bytes(SeededHash.MOST_BYTES * 2), 9);
      case 4 -> new WrittenValue.Unknown();
      default -> new WrittenValue.None();
    };
  }

  private Bytes bytes(int most) {
    return Samples.bytes(random, random.nextInt(3) == 0 ? 0 : random.nextInt(most + 1));
  }

  /// Of any size, negative ones included: the kernel's u64 come as such.
  private long number() {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> 0xffffffffL;
      case 2 -> Long.MAX_VALUE;
      case 3 -> Long.MIN_VALUE;
      case 4 -> -1;
      default -> random.nextLong() >>> random.nextInt(64);
    };
  }

  private String text() {
    return switch (random.nextInt(5)) {
      case 0 -> "";
      case 1 -> "\u0000\u001b[2J\n\"'\\\u202e";
      case 2 -> "x".repeat(random.nextInt(MOST_TEXT));
      case 3 -> "bpftool";
      default -> KernelText.decode(bytes(MOST_TEXT).toArray()); // as all text comes
    };
  }

  private <T> List<T> some(int most, Supplier<T> one) {
    return Stream.generate(one).limit(random.nextInt(most + 1)).toList();
  }

  private <E extends Enum<E>> E one(Class<E> type) {
    E[] all = type.getEnumConstants();
    return all[random.nextInt(all.length)];
  }

  private <E extends Enum<E>> Set<E> set(Class<E> type) {
    Set<E> set = EnumSet.allOf(type);
    set.removeIf(constant -> random.nextBoolean());
    return set;
  }
}
