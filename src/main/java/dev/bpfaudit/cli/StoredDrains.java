package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.KernelException;
import dev.bpfaudit.kernel.Tracer;
import dev.bpfaudit.model.Announced;
import dev.bpfaudit.model.Announcement;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.store.Announcements;
import dev.bpfaudit.store.Store;
import dev.bpfaudit.store.StoreException;
import java.util.Optional;
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

  @Override
  public void announce(Bytes installation, Announcement self, long nowNanos) {
    try {
      announcements().add(installation, self, nowNanos);
    } catch (StoreException e) { // what was read of the maps can be stored all the same
      throw new KernelException(
          KernelException.Kind.UNSUPPORTED,
          "drain the tracer",
          "its store cannot be told of it: " + e.getMessage(),
          "Mend that; nothing of what was recorded is lost.");
    }
  }

  @Override
  public Optional<Announced> announced(Bytes installation) {
    try {
      return announcements().of(installation);
    } catch (StoreException e) {
      return Optional.empty(); // as if it were gone
    }
  }

  private Announcements announcements() {
    return new Announcements(store.get().directory());
  }
}
