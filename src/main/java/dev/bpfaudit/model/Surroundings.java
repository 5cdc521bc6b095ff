package dev.bpfaudit.model;

import java.util.List;

/// What was found about the host besides its maps when a snapshot was taken.
///
/// @param reach who could write maps without being seen
/// @param unchecked in what way hidden maps could not be looked for, each in a sentence
public record Surroundings(List<Alarm> alarms, Reach reach, List<String> unchecked) {
  /// Nobody looked, or there was nothing to tell.
  public static final Surroundings NONE = new Surroundings(List.of(), Reach.NONE);

  public Surroundings {
    alarms = List.copyOf(alarms);
    unchecked = List.copyOf(unchecked);
  }

  /// Where hidden maps were looked for in every way.
  public Surroundings(List<Alarm> alarms, Reach reach) {
    this(alarms, reach, List.of());
  }
}
