package dev.bpfaudit.model;

/// Writes that were counted since the ledger was read before.
///
/// @param recorded all that the kernel counted together since the last drain
/// @param count how many of these are new, at least 1
public record LiveWrite(ObservedWrite recorded, long count) {
  public LiveWrite {
    if (count < 1 || count > recorded.count()) {
      throw new IllegalArgumentException(count + " of " + recorded.count());
    }
  }
}
