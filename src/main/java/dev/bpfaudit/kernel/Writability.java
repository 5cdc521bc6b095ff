package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Reach;
import java.util.ArrayList;
import java.util.List;

/// Who could write the maps of a capture without being seen.
final class Writability {
  private Writability() {}

  static Reach of(Capture capture) {
    ProgramSurvey programs = new ProgramSurvey(capture);
    HolderSurvey holders = new HolderSurvey(capture);
    List<String> unknown = new ArrayList<>(programs.unknown());
    unknown.addAll(holders.unknown());
    return new Reach(programs.programs(), holders.holders(), unknown);
  }
}
