package dev.bpfaudit.scenario;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// Somebody writes a map in one way, and must be named for it.
///
/// @param name begins with its number in the list of scenarios
/// @param since the first Linux that can do it, empty if all can
record Scenario(String name, String since, Preparation preparation) {

  /// Makes what must be there before the tracer is installed.
  interface Preparation {
    Play prepare(Stage stage) throws Exception;
  }

  /// Does it, while the tracer and ten others are at work. None if this kernel cannot be asked.
  interface Play {
    List<Told> act() throws Exception;
  }

  static Scenario of(String name, Preparation preparation) {
    return new Scenario(name, "", preparation);
  }

  /// In the order of their names.
  static List<Scenario> all() {
    return Stream.of(
            ProcessScenarios.ALL,
            HandleScenarios.ALL,
            ProgramScenarios.ALL,
            PassingScenarios.ALL,
            DirectScenarios.ALL)
        .flatMap(List::stream)
        .sorted(Comparator.comparing(Scenario::name))
        .toList();
  }

  @Override
  public String toString() {
    return name;
  }
}
