package dev.bpfaudit.attribution;

/// How sure it is who did something, the surest first.
public enum Level {
  /// A write of exactly this key was seen, and its value is the one that is there now.
  CONFIRMED("confirmed"),
  /// A write of this key with another or an unknown value, or a write of an unknown key of this
  /// map.
  PROBABLE("probable"),
  /// Nobody was seen; these could have.
  CANDIDATE("candidate"),
  /// Every path was watched all the time and nobody was seen: a direct or hidden write remains.
  UNEXPLAINED("unexplained"),
  /// Not every path was watched all the time.
  UNOBSERVED("unobserved");

  /// As reports spell it.
  public final String label;

  Level(String label) {
    this.label = label;
  }

  Level orWeaker(Level other) {
    return compareTo(other) >= 0 ? this : other;
  }

  Level orSurer(Level other) {
    return compareTo(other) <= 0 ? this : other;
  }
}
