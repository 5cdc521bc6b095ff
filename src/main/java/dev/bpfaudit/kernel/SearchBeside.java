package dev.bpfaudit.kernel;

import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Looks for maps in every way there is, on other threads, while those are read that
/// `BPF_MAP_GET_NEXT_ID` shows at once. Closing waits for it to end.
final class SearchBeside implements AutoCloseable {
  private final SortedSet<Long> enumerated;
  private final ExecutorService walkers = Executors.newFixedThreadPool(3);
  private final Set<Long> before;
  private final Set<Long> own;
  private final Future<Pins> pins;
  private Future<MapSearch> search;

  private SearchBeside(Set<Long> before, Set<Long> own) {
    this.before = before;
    this.own = own;
    enumerated = new TreeSet<>(before);
    enumerated.removeAll(own);
    pins = walkers.submit(() -> Pins.find());
    search = begun();
  }

  private Future<MapSearch> begun() {
    Future<HeldDescriptors> held = walkers.submit(HeldDescriptors::find);
    return walkers.submit(() -> MapSearch.of(before, own, pins, held));
  }

  /// @throws KernelException if maps cannot be enumerated at all
  static SearchBeside begin() {
    Set<Long> before = Set.copyOf(ObjectIds.maps());
    return new SearchBeside(before, OwnMaps.find());
  }

  /// The maps that are enumerated at once, but for those of our tracer. By then the pins are known,
  /// so that describing a map keeps it open for a moment only.
  SortedSet<Long> enumerated() {
    result(pins);
    return enumerated;
  }

  /// What describes a map, as soon as the pins are known.
  MapInfo info() {
    return new MapInfo(() -> result(pins), () -> all().listed());
  }

  /// All there is, once it is found. If reading a large map left the search no memory, it is done
  /// again.
  MapSearch all() {
    try {
      return result(search);
    } catch (OutOfMemoryError _) {
      search = begun();
      return result(search);
    }
  }

  static <T> T result(Future<T> walk) {
    try {
      return walk.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof KernelException refused
          ? refused
          : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    walkers.close();
    if (search.state() == Future.State.SUCCESS) {
      search.resultNow().close();
    }
  }
}
