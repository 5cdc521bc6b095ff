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
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  private final int possibleCpus;
  private final Map<MapType, CanaryMap> maps = new EnumMap<>(MapType.class);
  private final Map<Hook, List<Canary>> written = new LinkedHashMap<>();
  private Optional<Long> program = Optional.empty();
  private long count;

  private Canaries(long seed, int possibleCpus) {
    this.seed = seed;
    this.possibleCpus = possibleCpus;
  }

  /// Writes one for each of `hooks` that has one and for which this kernel can do it.
  static Canaries write(Set<Hook> hooks, long seed, int possibleCpus) {
    Canaries canaries = new Canaries(seed, possibleCpus);
    try {
      canaries.makeMaps(hooks);
      canaries.call(hooks);
      canaries.run(hooks);
    } finally {
      canaries.maps.values().forEach(CanaryMap::close);
    }
    return canaries;
  }

  private void makeMaps(Set<Hook> hooks) {
    for (Hook hook : hooks) {
      for (Canary canary : Canary.of(hook)) {
        make(canary.type());
      }
    }
  }

  private void make(MapType type) {
    if (maps.containsKey(type)) {
      return;
    }
    int inner = 0;
    if (type == MapType.HASH_OF_MAPS) {
      make(MapType.ARRAY);
      if (!maps.containsKey(MapType.ARRAY)) {
        return;
      }
      inner = maps.get(MapType.ARRAY).fd().number();
    }
    try {
      maps.put(type, CanaryMap.make(type, nonce, possibleCpus, inner));
    } catch (KernelException e) {
      // this kernel has no such maps, so nobody writes them
    }
  }

  /// Takes out of a queue and a hash what has been put in, so the order matters.
  private void call(Set<Hook> hooks) {
    Set<Done> done = new LinkedHashSet<>();
    try (Fd tail = TinyProgram.ofType(1).load("bpfaudit_canary", 0)) {
      for (Map.Entry<MapType, CanaryMap> one : maps.entrySet()) {
        MapType type = one.getKey();
        CanaryMap map = one.getValue();
        int descriptor =
            switch (type) {
              case PROG_ARRAY -> tail.number();
              case HASH_OF_MAPS -> inner();
              default -> 0;
            };
        for (Operation operation : sequence(type)) {
          if (map.write(operation, descriptor)) {
            done.add(new Done(type, operation));
            count += operation.writesEntries() ? 1 : 0;
          }
        }
      }
    }
    keep(hooks, Canary.By.CALL, done);
  }

  private int inner() {
    CanaryMap inner = maps.get(MapType.ARRAY);
    return inner == null ? 0 : inner.fd().number();
  }

  private record Done(MapType type, Operation operation) {}

  private static List<Operation> sequence(MapType type) {
    return switch (type) {
      case HASH, LRU_HASH, PERCPU_HASH, LRU_PERCPU_HASH, RHASH ->
          List.of(
              Operation.UPDATE, Operation.LOOKUP_AND_DELETE, Operation.UPDATE, Operation.DELETE);
      case QUEUE, STACK -> List.of(Operation.PUSH, Operation.POP);
      case BLOOM_FILTER -> List.of(Operation.PUSH);
      case ARRAY, PERCPU_ARRAY, HASH_OF_MAPS -> List.of(Operation.UPDATE);
      case XSKMAP -> List.of(Operation.DELETE);
      case UNSPEC -> List.of(Operation.CREATE, Operation.MMAP, Operation.RELEASE);
      default -> List.of(Operation.UPDATE, Operation.DELETE);
    };
  }

  private void run(Set<Hook> hooks) {
    CanaryProgram code = new CanaryProgram(nonce);
    Set<Done> done = new LinkedHashSet<>();
    for (Hook hook : hooks) {
      for (Canary canary : Canary.of(hook)) {
        CanaryMap map = maps.get(canary.type());
        if (canary.from() == Canary.By.PROGRAM && map != null) {
          done.add(new Done(canary.type(), canary.operation()));
        }
      }
    }
    boolean loads = hooks.contains(HookTable.LOADED);
    if (done.isEmpty() && !loads) {
      return;
    }
    done.stream()
        .sorted(Comparator.comparing(Done::operation))
        .forEach(one -> code.add(fdOf(one.type()), one.type(), one.operation()));
    try (Fd loaded = code.load()) {
      program = Optional.of(new ScratchProgram(loaded).id());
      CanaryProgram.run(loaded);
      count += done.size();
      keep(hooks, Canary.By.PROGRAM, done);
      if (loads) {
        written.putIfAbsent(HookTable.LOADED, List.of());
      }
    } catch (KernelException e) {
      // then programs are proven by nothing
    }
  }

  private int fdOf(MapType type) {
    return Objects.requireNonNull(maps.get(type)).fd().number();
  }

  private void keep(Set<Hook> hooks, Canary.By from, Set<Done> done) {
    for (Hook hook : hooks) {
      for (Canary canary : Canary.of(hook)) {
        if (canary.from() == from && done.contains(new Done(canary.type(), canary.operation()))) {
          written.computeIfAbsent(hook, _ -> new ArrayList<>()).add(canary);
        }
      }
    }
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
    return maps.values().stream().map(CanaryMap::id).toList();
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
                  .allMatch(canary ->
                      rows.tell(canary, Objects.requireNonNull(maps.get(canary.type())).id()));
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
