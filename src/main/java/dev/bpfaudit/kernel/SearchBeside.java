package dev.bpfaudit.kernel;

import java.util.HashSet;
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
  private final Future<Pins> pins;
  private final Future<MapSearch> search;

  private SearchBeside(Set<Long> before, Set<Long> own) {
    enumerated = new TreeSet<>(before);
    enumerated.removeAll(own);
    pins = walkers.submit(() -> Pins.find());
    Future<HeldDescriptors> held = walkers.submit(HeldDescriptors::find);
    search = walkers.submit(() -> MapSearch.of(before, own, pins, held));
  }

  /// @throws KernelException if maps cannot be enumerated at all
  static SearchBeside begin() {
    Set<Long> before = Set.copyOf(ObjectIds.maps());
    Set<Long> own = new HashSet<>();
    Installation.find().ifPresent(tracer -> own.addAll(tracer.ownMaps()));
    return new SearchBeside(before, own);
  }

  /// The maps that are enumerated at once, but for those of our tracer.
  SortedSet<Long> enumerated() {
    return enumerated;
  }

  /// What describes a map, as soon as the pins are known.
  MapInfo info() {
    return new MapInfo(() -> result(pins), () -> all().listed());
  }

  /// All there is, once it is found.
  MapSearch all() {
    return result(search);
  }

  static <T> T result(Future<T> walk) {
    try {
      return walk.get();
    } catch (ExecutionException e) {
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
