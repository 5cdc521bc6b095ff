package dev.bpfaudit.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.lab.KernelTest;
import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Contents;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.MapState;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.TableRef;
import dev.bpfaudit.model.TableSink;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Captures while maps change. Needs root.
@Timeout(120)
@KernelTest
final class BusyMapsTest {
  private static final int KEYS = 10_000;

  /// After this long a slow machine has tried often enough.
  private static final long BUSY_NANOS = 5_000_000_000L;

  private final LiveKernel kernel = new LiveKernel(Clock.systemUTC());
  private final ScratchMaps scratch = new ScratchMaps();
  private final AtomicBoolean stop = new AtomicBoolean();
  private final ExecutorService workers = Executors.newSingleThreadExecutor();
  private final List<Future<?>> running = new ArrayList<>();
  private final List<Process> writers = new ArrayList<>();

  @AfterEach
  void close() throws ExecutionException, InterruptedException {
    stop.set(true);
    for (Future<?> worker : running) {
      worker.get();
    }
    workers.close();
    for (Process writer : writers) {
      writer.destroyForcibly().waitFor();
    }
    scratch.close();
  }

  @Test
  void endsWhileMapsComeAndGoAThousandTimesASecond() {
    AtomicLong made = new AtomicLong();
    ScratchMap lasting = scratch.create(MapType.HASH, "lasting", 4, 4, 4, 0);
    lasting.update(RawBpf.u32(1), RawBpf.u32(2));
    running.add(
        workers.submit(() -> {
          while (!stop.get()) {
            makeAndDelete();
            made.incrementAndGet();
            LockSupport.parkNanos(200_000);
          }
        }));
    long began = System.nanoTime();
    int captures = 0;
    while (made.get() < 1000 || captures < 20) {
      Capture capture =
          kernel.capture(CaptureRequest.everything(), TableSink.inMemory(), Progress.NONE);
      assertThat(capture.maps())
          .filteredOn(state -> state.map().id() == lasting.id())
          .singleElement()
          .satisfies(state -> assertThat(state.contents()).isInstanceOf(Contents.Complete.class));
      assertThat(kernel.survey(capture).alarms()).isEmpty();
      captures++;
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    System.out.printf(
        java.util.Locale.ROOT,
        "%d captures while %.0f maps a second came and went%n",
        captures,
        made.get() / seconds);
  }

  private static void makeAndDelete() {
    try (Fd map = new Fd(RawBpf.ok("create", RawBpf.create(1, 4, 4, 8, 0)))) {
      RawBpf.ok("update", RawBpf.update(map.number(), RawBpf.u32(3), RawBpf.u32(4), 0));
    }
  }

  /// Opening a `prog_array` just when its last user has let go, and closing it too soon, makes the
  /// kernel keep it for ever: see [MapInfo]. (When this fails, one map stays until the next boot.)
  @Test
  void doesNotKeepATailCallTableAliveThatItsOwnerLetGo() {
    for (int round = 0; round < 100; round++) {
      long id;
      try (ScratchMaps owner = new ScratchMaps()) {
        id = owner.create(MapType.PROG_ARRAY, "let_go", 4, 4, 4, 0).id();
      }
      kernel.maps();
      assertThat(goneWithinASecond(id)).as("map " + id + " is gone").isTrue();
    }
  }

  private static boolean goneWithinASecond(long id) {
    for (int i = 0; i < 100; i++) {
      if (!ObjectIds.maps().contains(id)) {
        return true;
      }
      LockSupport.parkNanos(10_000_000);
    }
    return false;
  }

  @Test
  void endsWithEveryKeyOnceWhileTwoProcessesUpdateAtFullSpeed() throws IOException {
    ScratchMap map = scratch.create(MapType.HASH, "busy", 4, 8, KEYS, 0);
    churn(map, 0);
    churn(map, KEYS / 2);
    long until = System.nanoTime() + BUSY_NANOS;
    for (int i = 0; i < 40 && (i < 3 || System.nanoTime() < until); i++) {
      MapState state =
          kernel
              .capture(
                  new CaptureRequest(m -> m.id() == map.id(), false),
                  TableSink.inMemory(),
                  Progress.NONE)
              .maps()
              .getFirst();
      FlatTable table =
          switch (state.contents()) {
            case Contents.Complete(TableRef whole) -> whole.load();
            case Contents.Partial(TableRef part, String _) -> part.load();
            case Contents.Unreadable(String reason) -> throw new AssertionError(reason);
            case Contents.NotEnumerable(String why, TableRef _) -> throw new AssertionError(why);
          };
      assertThat(EveryMapTypeTest.rows(table)).hasSize(Math.toIntExact(table.count()));
    }
  }

  @Test
  void endsAKeyByKeyWalkWhileTwoProcessesUpdateAtFullSpeed() throws IOException {
    ScratchMap map = scratch.create(MapType.HASH, "busy", 4, 8, KEYS, 0);
    churn(map, 0);
    churn(map, KEYS / 2);
    long until = System.nanoTime() + BUSY_NANOS;
    for (int i = 0; i < 10 && (i < 1 || System.nanoTime() < until); i++) {
      TableBuilder rows = new TableBuilder(4, 8);
      ReadingEnd end = new NextKeyReader(new MapShape(map.fd(), 4, 8, KEYS), rows, false).read();
      FlatTable table = rows.build();
      assertThat(end).isNotInstanceOf(ReadingEnd.WrongWay.class);
      assertThat(table.count()).isLessThanOrEqualTo(KEYS);
    }
  }

  /// A process that inserts and deletes half of the keys at full speed until its input ends.
  private void churn(ScratchMap map, int first) throws IOException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-cp",
                System.getProperty("java.class.path"),
                "--enable-native-access=ALL-UNNAMED",
                Churner.class.getName(),
                Long.toString(map.id()),
                Integer.toString(first),
                Integer.toString(KEYS / 2))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    writers.add(process);
    assertThat(process.getInputStream().read()).as("the writer writes").isEqualTo('.');
  }
}
