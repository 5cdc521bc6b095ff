package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Capture;
import dev.bpfaudit.model.Reach;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Who could write the maps of a capture without being seen.
final class Writability {
  private Writability() {}

  /// Looks at programs and processes at the same time: each takes some 50 ms.
  static Reach of(Capture capture) {
    CompletableFuture<HolderSurvey> processes =
        CompletableFuture.supplyAsync(
            () -> new HolderSurvey(capture), task -> new Thread(task, "holders").start());
    ProgramSurvey programs = new ProgramSurvey(capture);
    HolderSurvey holders = joined(processes);
    List<String> unknown = new ArrayList<>(programs.unknown());
    unknown.addAll(holders.unknown());
    return new Reach(programs.programs(), holders.holders(), unknown);
  }

  private static HolderSurvey joined(CompletableFuture<HolderSurvey> survey) {
    try {
      return survey.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
