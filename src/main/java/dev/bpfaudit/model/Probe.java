package dev.bpfaudit.model;

/// One question to the running kernel and its answer.
///
/// @param name stable key, for instance `batch.hash`
/// @param question for people
/// @param detail what was seen: a number, an errno, since which version
public record Probe(String name, String question, Answer answer, String detail) {
  /// Three answers: a probe that could not ask says so.
  public enum Answer {
    YES,
    NO,
    UNKNOWN
  }
}
