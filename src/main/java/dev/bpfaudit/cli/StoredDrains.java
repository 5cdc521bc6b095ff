package dev.bpfaudit.cli;

import dev.bpfaudit.kernel.Tracer;
import dev.bpfaudit.model.Announced;
import dev.bpfaudit.model.Announcement;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.store.Announcements;
import dev.bpfaudit.store.Store;
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
  public void announce(Bytes installation, Announcement self) {
    announcements().add(installation, self);
  }

  @Override
  public Optional<Announced> announced(Bytes installation) {
    return announcements().of(installation);
  }

  private Announcements announcements() {
    return new Announcements(store.get().directory());
  }
}
