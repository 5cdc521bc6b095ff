package dev.bpfaudit.model;

import java.util.List;

/// What was found about the host besides its maps when a snapshot was taken.
///
/// @param reach who could write maps without being seen
public record Surroundings(List<Alarm> alarms, Reach reach) {
  /// Nobody looked, or there was nothing to tell.
  public static final Surroundings NONE = new Surroundings(List.of(), Reach.NONE);

  public Surroundings {
    alarms = List.copyOf(alarms);
  }
}
