package dev.bpfaudit.model;

import java.util.List;

/// Who could write maps without being seen: by a pointer to a value, or by a mapping.
///
/// @param programs ascending by id
/// @param holders ascending by pid
/// @param unknown what could not be looked at, each in a sentence
public record Reach(List<ProgramReach> programs, List<Holder> holders, List<String> unknown) {
  public static final Reach NONE = new Reach(List.of(), List.of(), List.of());

  public Reach {
    programs = List.copyOf(programs);
    holders = List.copyOf(holders);
    unknown = List.copyOf(unknown);
  }
}
