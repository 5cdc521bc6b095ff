package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.SeededHash;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// Canaries that were written. Their maps are made for them, so that nobody can prepare for them,
/// and are closed before this is returned; the value is random, so that nobody can forge their rows
/// beforehand.
final class Canaries {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final long MOST_RELEASE_NANOS = 2_000_000_000L;
  private static final long PAUSE_NANOS = 1_000_000;

  private final long nonce = RANDOM.nextLong() | 1;
  private final long seed;
  private final CanaryMaps maps;
  private final Map<Hook, List<Canary>> written = new LinkedHashMap<>();
  private final Map<Hook, Refusal> refused = new LinkedHashMap<>();
  private Optional<Long> program = Optional.empty();
  private long count;

  private Canaries(long seed, int possibleCpus) {
    this.seed = seed;
    maps = new CanaryMaps(nonce, possibleCpus);
  }

  /// Writes one for each of `hooks` that has one.
  static Canaries write(Set<Hook> hooks, long seed, int possibleCpus) {
    Canaries canaries = new Canaries(seed, possibleCpus);
    try {
      canaries.makeMaps(hooks);
      canaries.call(hooks);
      canaries.run(hooks);
    } finally {
      canaries.maps.close();
    }
    return canaries;
  }

  private void makeMaps(Set<Hook> hooks) {
    for (Hook hook : hooks) {
      for (Canary canary : Canary.of(hook)) {
        maps.make(canary.type());
      }
    }
  }

  /// Takes out of a queue and a hash what has been put in, so the order matters.
  private void call(Set<Hook> hooks) {
    Set<Done> done = new LinkedHashSet<>();
    Map<Done, Refusal> failed = new HashMap<>();
    for (CanaryMap map : maps.all()) {
      for (Operation operation : map.sequence()) {
        Done one = new Done(map.type(), operation);
        try {
          maps.write(map, operation);
          done.add(one);
          count += operation.writesEntries() ? 1 : 0;
        } catch (KernelException e) {
          failed.putIfAbsent(one, Refusal.of(e));
        }
      }
    }
    keep(hooks, Canary.By.CALL, done, failed);
  }

  private record Done(MapType type, Operation operation) {}

  private void run(Set<Hook> hooks) {
    CanaryProgram code = new CanaryProgram(nonce);
    Set<Done> wanted = new LinkedHashSet<>();
    for (Hook hook : hooks) {
      for (Canary canary : Canary.of(hook)) {
        if (canary.from() == Canary.By.PROGRAM && maps.has(canary.type())) {
          wanted.add(new Done(canary.type(), canary.operation()));
        }
      }
    }
    boolean loads = hooks.contains(HookTable.LOADED);
    if (!wanted.isEmpty() || loads) {
      wanted.stream()
          .sorted(Comparator.comparing(Done::operation))
          .forEach(
              one -> code.add(maps.get(one.type()).fd().number(), one.type(), one.operation()));
      try (Fd loaded = code.load()) {
        program = Optional.of(new ScratchProgram(loaded).id());
        CanaryProgram.run(loaded);
        count += wanted.size();
        if (loads) {
          written.putIfAbsent(HookTable.LOADED, List.of());
        }
      } catch (KernelException e) {
        Refusal why = Refusal.of(e);
        Map<Done, Refusal> failed = new HashMap<>();
        wanted.forEach(one -> failed.put(one, why));
        keep(hooks, Canary.By.PROGRAM, Set.of(), failed);
        if (loads) {
          refused.put(HookTable.LOADED, why);
        }
        return;
      }
    }
    keep(hooks, Canary.By.PROGRAM, wanted, Map.of());
  }

  private void keep(Set<Hook> hooks, Canary.By from, Set<Done> done, Map<Done, Refusal> failed) {
    for (Hook hook : hooks) {
      for (Canary canary : Canary.of(hook)) {
        if (canary.from() == from) {
          keep(hook, canary, done, failed);
        }
      }
    }
  }

  private void keep(Hook hook, Canary canary, Set<Done> done, Map<Done, Refusal> failed) {
    Done one = new Done(canary.type(), canary.operation());
    if (done.contains(one)) {
      written.computeIfAbsent(hook, _ -> new ArrayList<>()).add(canary);
      return;
    }
    Optional<Refusal> why =
        maps.unmade(canary.type()).or(() -> Optional.ofNullable(failed.get(one)));
    if (!CanaryMaps.mayBeUnable(canary.type())) {
      refused.putIfAbsent(hook, why.orElseThrow()); // every canary is tried
    }
  }

  /// Hooks for which one could not be written, and why. Whatever is hooked can be written on this
  /// kernel, so something stands in the way.
  Map<Hook, Refusal> refused() {
    return refused;
  }

  /// The hooks for which one was written.
  Set<Hook> hooks() {
    return written.keySet();
  }

  /// How many of these writes are not in the ledger, for want of room or because no hook saw them.
  long missing(LedgerReading read) {
    List<Long> own = mapIds();
    long found =
        read.writes().stream()
            .filter(write -> own.contains(write.mapId()) && write.operation().writesEntries())
            .mapToLong(ObservedWrite::count)
            .sum();
    return Math.max(0, count - found);
  }

  /// The maps that were written.
  List<Long> mapIds() {
    return maps.all().stream().map(CanaryMap::id).toList();
  }

  /// Those of them that do not tell of all their canaries.
  Set<Hook> silent(LedgerReading read) {
    CanaryRows rows = new CanaryRows(read.writes(), SeededHash.of(seed, bytes()), program);
    Set<Hook> silent = new LinkedHashSet<>();
    written.forEach((hook, canaries) -> {
      boolean told =
          hook.equals(HookTable.LOADED)
              ? program.filter(read.programs()::has).isPresent()
              : canaries.stream()
                  .allMatch(canary -> rows.tell(canary, maps.get(canary.type()).id()));
      if (!told) {
        silent.add(hook);
      }
    });
    return silent;
  }

  /// Hooks whose canaries stand where handles are kept, which may be full when other tables are
  /// not.
  Set<Hook> keptAsHandles() {
    Set<Hook> hooks = new LinkedHashSet<>();
    written.forEach((hook, canaries) -> {
      if (canaries.stream().anyMatch(canary -> canary.type() == Canary.HANDLED)) {
        hooks.add(hook);
      }
    });
    return hooks;
  }

  private Bytes bytes() {
    return Bytes.of(
        ByteBuffer.allocate(Long.BYTES).order(ByteOrder.nativeOrder()).putLong(nonce).array());
  }

  /// The kernel frees maps and programs after a grace period; until then another reading of the
  /// host would find them.
  void awaitRelease() {
    long deadline = System.nanoTime() + MOST_RELEASE_NANOS;
    List<Long> own = mapIds();
    while (System.nanoTime() < deadline
        && (ObjectIds.maps().stream().anyMatch(own::contains)
            || program.filter(ObjectIds.programs()::contains).isPresent())) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
