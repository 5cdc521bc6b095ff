package dev.bpfaudit.model;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/// The maps and programs of one host, read once. It is not atomic: every map carries its own
/// [ReadingWindow].
///
/// @param takenAt wall clock when reading began
/// @param boottimeNanos `CLOCK_BOOTTIME` at that same moment
/// @param maps ascending by id
/// @param programs ascending by id
public record Capture(
    HostFacts host,
    Instant takenAt,
    long boottimeNanos,
    List<MapState> maps,
    List<BpfProgram> programs) {
  public Capture {
    maps = maps.stream().sorted(Comparator.comparingLong(m -> m.map().id())).toList();
    programs = programs.stream().sorted(Comparator.comparingLong(BpfProgram::id)).toList();
  }
}
