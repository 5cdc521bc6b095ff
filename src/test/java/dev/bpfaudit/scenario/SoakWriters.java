package dev.bpfaudit.scenario;

import dev.bpfaudit.kernel.ScratchMap;
import dev.bpfaudit.kernel.ScratchMaps;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// All who write during a soak: processes, BPF programs that stay, and programs that come and go.
final class SoakWriters implements AutoCloseable {
  private static final int MIXERS = 3;
  private static final int CHURNERS = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final List<ProgramWriter.Kind> COMING_AND_GOING =
      List.of(
          ProgramWriter.Kind.XDP_TEST_RUN,
          ProgramWriter.Kind.RAW_TP,
          ProgramWriter.Kind.SOCKET,
          ProgramWriter.Kind.TRACEPOINT,
          ProgramWriter.Kind.XDP);

  private final ScratchMaps scratch = new ScratchMaps();
  private final List<Actor> actors = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger numbers = new AtomicInteger();
  private final AtomicInteger loads = new AtomicInteger();
  private final SoakTruth truth;
  private volatile boolean ending;
  private volatile Throwable failure;

  SoakWriters(SoakTruth truth) {
    this.truth = truth;
  }

  void start() {
    List<String> mixed = new ArrayList<>(List.of("mix"));
    for (MapType type : List.of(MapType.HASH, MapType.LRU_HASH, MapType.PERCPU_HASH)) {
      mixed.add(id(scratch.create(type, "mix", 8, 8, 1024, 0)));
    }
    for (MapType type : List.of(MapType.ARRAY, MapType.PERCPU_ARRAY)) {
      mixed.add(id(scratch.create(type, "mix", 4, 8, 16, 0)));
    }
    mixed.add(id(scratch.create(MapType.LPM_TRIE, "mix", 8, 8, 1024, ScratchMaps.NO_PREALLOC)));
    mixed.add(id(scratch.create(MapType.QUEUE, "mix", 0, 8, 64, 0)));
    for (int i = 0; i < MIXERS; i++) {
      act(Writer.command("mix" + i, false, mixed.toArray()));
    }
    for (int i = 0; i < CHURNERS; i++) {
      act(Writer.command("churn" + i, false, "churn"));
    }
    ScratchMap hash = scratch.create(MapType.HASH, "progs", 4, 8, 1024, 0);
    ScratchMap array = scratch.create(MapType.ARRAY, "progs", 4, 8, 1024, 0);
    threads.add(Thread.ofPlatform().start(() -> attempt(() -> stay(hash))));
    threads.add(Thread.ofPlatform().start(() -> attempt(() -> stay(array))));
    threads.add(Thread.ofPlatform().start(() -> attempt(() -> comeAndGo(hash))));
  }

  private static String id(ScratchMap map) {
    return Long.toString(map.id());
  }

  private void act(List<String> command) {
    Actor actor = Actor.start(command);
    actors.add(actor);
    truth.writes(actor.pid());
  }

  private interface Work {
    void run() throws InterruptedException;
  }

  private void attempt(Work work) {
    try {
      work.run();
    } catch (InterruptedException | RuntimeException | Error e) {
      failure = e;
    }
  }

  private void stay(ScratchMap map) throws InterruptedException {
    try (ProgramWriter program = load(ProgramWriter.Kind.XDP_TEST_RUN, map)) {
      while (!ending) {
        program.begin(20);
        program.await(PATIENCE);
        Thread.sleep(1000);
      }
    }
  }

  private void comeAndGo(ScratchMap map) throws InterruptedException {
    while (!ending) {
      int turn = loads.getAndIncrement();
      try (ProgramWriter program =
          load(COMING_AND_GOING.get(turn % COMING_AND_GOING.size()), map)) {
        program.begin(20);
        program.await(PATIENCE);
      }
      Thread.sleep(1000);
    }
  }

  private ProgramWriter load(ProgramWriter.Kind kind, ScratchMap map) {
    int number = numbers.incrementAndGet();
    Bytes value = Bytes.fromHex(HexFormat.of().toHexDigits(Integer.reverseBytes(number)));
    ProgramWriter program =
        ProgramWriter.load(kind, ProgramWriter.Operation.FLOOD, map.id(), Bytes.EMPTY, value);
    truth.writes(number, program.id());
    return program;
  }

  /// How many programs were loaded and unloaded again.
  int loads() {
    return loads.get();
  }

  /// @throws AssertionError if a writer ended before it was told to
  void mustBeWell() {
    if (failure != null) {
      throw new AssertionError("a writer failed", failure);
    }
  }

  @Override
  public void close() {
    ending = true;
    actors.forEach(Actor::close);
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      scratch.close();
    }
  }
}
