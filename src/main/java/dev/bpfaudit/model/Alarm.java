package dev.bpfaudit.model;

/// A finding about the host or the tool rather than about one map. Both texts may hold text from
/// the kernel.
///
/// @param what was found, in a sentence
/// @param why on what that rests
public record Alarm(Kind kind, Severity severity, String what, String why) {
  /// What it is about.
  public enum Kind {
    /// A map that the kernel does not list, and that is there.
    HIDDEN_MAP("hiddenMap"),
    /// Somebody kept the tracer from watching, or wrote into what it recorded.
    TRACER_TAMPERED("tracerTampered"),
    /// The store is not what was stored.
    STORE_TAMPERED("storeTampered");

    /// As reports spell it.
    public final String label;

    Kind(String label) {
      this.label = label;
    }
  }

  /// How much it matters, the most first.
  public enum Severity {
    CRITICAL("critical"),
    HIGH("high"),
    MEDIUM("medium"),
    LOW("low");

    /// As reports spell it.
    public final String label;

    Severity(String label) {
      this.label = label;
    }
  }
}
