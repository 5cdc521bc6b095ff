package dev.bpfaudit.kernel;

/// Hears how far a capture has come.
@FunctionalInterface
public interface Progress {
  /// Hears nothing.
  Progress NONE = (done, total, name) -> {};

  /// @param done maps read so far
  /// @param total maps found
  /// @param name of the map that is read next; an attacker's text
  void reading(int done, int total, String name);
}
