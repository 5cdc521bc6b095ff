package dev.bpfaudit.model;

import org.jspecify.annotations.Nullable;

/// One question to the running kernel and its answer.
///
/// @param name stable key, for instance `batch.hash`; every kernel answers under the same names
/// @param question for people
/// @param detail what was seen, for people
/// @param errno the error number the kernel answered, by name; null if it answered none
/// @param since the mainline release the feature came with, for instance `5.13`, whether this
///   kernel is older or newer; null for what is a setting of the machine rather than a feature
public record Probe(
    String name,
    Group group,
    String question,
    Answer answer,
    String detail,
    @Nullable String errno,
    @Nullable String since) {

  /// What an answer matters for.
  public enum Group {
    /// Listing and reading maps.
    READING,
    /// Seeing who writes.
    TRACING,
    /// How this machine is set up.
    SETTINGS
  }

  /// Three answers: a probe that could not ask says so.
  public enum Answer {
    YES,
    NO,
    UNKNOWN
  }
}
