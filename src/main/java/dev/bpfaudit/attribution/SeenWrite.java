package dev.bpfaudit.attribution;

import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Task;
import dev.bpfaudit.model.WrittenKey;

/// An observed write with what is needed to understand it. Two that look alike are still two.
final class SeenWrite {
  private static final Task ANY_TASK = new Task(0, "");

  private final ObservedWrite write;
  private final Author who;
  private final long seed;
  private final WallClock clock;

  /// @param seed of its hashes
  SeenWrite(ObservedWrite write, long seed, WallClock clock) {
    this.write = write;
    this.who = who(write.author());
    this.seed = seed;
    this.clock = clock;
  }

  private static Author who(Author author) {
    return switch (author) {
      case Author.Caller caller -> caller;
      case Author.Program program -> new Author.Program(program.program(), ANY_TASK);
      case Author.UnknownProgram unknown -> new Author.UnknownProgram(unknown.why(), ANY_TASK);
      case Author.Unknown unknown -> unknown;
    };
  }

  ObservedWrite write() {
    return write;
  }

  /// The author without what may differ between two drains.
  Author who() {
    return who;
  }

  long seed() {
    return seed;
  }

  WallClock clock() {
    return clock;
  }

  boolean keyIsKnown() {
    return switch (write.key()) {
      case WrittenKey.Exact _, WrittenKey.Prefix _ -> true;
      case WrittenKey.Unknown _, WrittenKey.Whole _ -> false;
    };
  }
}
