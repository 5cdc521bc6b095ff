package dev.bpfaudit.store;

import dev.bpfaudit.model.Bytes;

/// The newest link of one host's hash chain.
///
/// @param link counts up from 1; 0 for a host without links
/// @param number of the newest snapshot, 0 if none
record ChainEnd(String host, long link, long number, Bytes hash) {
  /// What the first link takes for the hash before it.
  static final Bytes NOTHING = Bytes.of(new byte[32]);

  static ChainEnd none(String host) {
    return new ChainEnd(host, 0, 0, NOTHING);
  }
}
