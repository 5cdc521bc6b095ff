package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.Tracer;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.store.Store;
import java.util.function.Supplier;

/// What a store has of the tracer of a host.
///
/// @param store opened when it is asked
record StoredDrains(Supplier<Store> store, String host) implements Tracer.Committed {
  @Override
  public long generation(Bytes installation) {
    return store.get().generation(host, installation);
  }

  @Override
  public long endedNanos(Bytes installation) {
    return store.get().drainEndedNanos(host, installation);
  }
}
