package dev.bpfaudit.kernel;

import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Operation;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The maps of one flight of canaries, by type. What is known of them stays when they are closed.
final class CanaryMaps implements AutoCloseable {
  private static final int SOCKET_FILTER = 1;

  private final long nonce;
  private final int possibleCpus;
  private final Map<MapType, CanaryMap> made = new EnumMap<>(MapType.class);
  private final Map<MapType, Refusal> unmade = new EnumMap<>(MapType.class);

  CanaryMaps(long nonce, int possibleCpus) {
    this.nonce = nonce;
    this.possibleCpus = possibleCpus;
  }

  /// Makes one, unless that was tried.
  void make(MapType type) {
    if (made.containsKey(type) || unmade.containsKey(type)) {
      return;
    }
    if (type == MapType.HASH_OF_MAPS) {
      make(MapType.ARRAY);
      Optional<Refusal> without = unmade(MapType.ARRAY);
      if (without.isPresent()) {
        unmade.put(type, without.get());
        return;
      }
    }
    try {
      int inner = type == MapType.HASH_OF_MAPS ? inner() : 0;
      made.put(type, CanaryMap.make(type, nonce, possibleCpus, inner));
    } catch (KernelException e) {
      unmade.put(type, Refusal.of(e));
    }
  }

  Collection<CanaryMap> all() {
    return made.values();
  }

  boolean has(MapType type) {
    return made.containsKey(type);
  }

  /// One that was made.
  CanaryMap get(MapType type) {
    return Objects.requireNonNull(made.get(type), type.name());
  }

  /// Why there is none of this type.
  Optional<Refusal> unmade(MapType type) {
    return Optional.ofNullable(unmade.get(type));
  }

  /// Kernels before 6.9 want CAP_NET_ADMIN for these (`dev_map_alloc`, `xsk_map_alloc`), which this
  /// process may do without.
  static boolean mayBeUnable(MapType type) {
    return switch (type) {
      case DEVMAP, DEVMAP_HASH, XSKMAP -> !Privileges.own().netAdmin();
      default -> false;
    };
  }

  /// Does one thing to a map by system call.
  ///
  /// @throws KernelException if the kernel refuses
  void write(CanaryMap map, Operation operation) {
    switch (map.type()) {
      case PROG_ARRAY -> {
        try (Fd tail = TinyProgram.ofType(SOCKET_FILTER).load("bpfaudit_canary", 0)) {
          map.write(operation, tail.number());
        }
      }
      case HASH_OF_MAPS -> map.write(operation, inner());
      default -> map.write(operation, 0);
    }
  }

  private int inner() {
    return get(MapType.ARRAY).fd().number();
  }

  @Override
  public void close() {
    made.values().forEach(CanaryMap::close);
  }
}
