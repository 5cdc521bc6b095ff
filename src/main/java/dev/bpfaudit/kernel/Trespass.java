package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Announced;
import dev.bpfaudit.model.BpfProgram;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/// Who wrote to the tracer's own tables besides bpfaudit, or could have.
///
/// @param hands processes that did not announce themselves to the store
/// @param uncounted whether more wrote than the kernel has room to keep
/// @param forgotten whether the store no longer has the file in which bpfaudit announces itself
/// @param programs that are not the tracer's and refer to its tables
record Trespass(List<Hand> hands, boolean uncounted, boolean forgotten, List<BpfProgram> programs) {
  Trespass {
    hands = List.copyOf(hands);
    programs = List.copyOf(programs);
  }

  /// @param announced those that may write
  /// @param installedNanos when the tracer was installed; until then nobody else could
  /// @param since what was written before was told before; asked only if it matters
  static Trespass of(
      Custody custody, Announced announced, long installedNanos, LongSupplier since) {
    long known = Math.max(installedNanos, announced.sinceNanos());
    List<Hand> strangers =
        custody.hands().stream()
            .filter(hand -> hand.lastNanos() > known)
            .filter(hand -> hand.gaveAway() || !mayWrite(hand, announced, installedNanos))
            .filter(hand -> hand.lastNanos() > since.getAsLong())
            .toList();
    boolean uncounted =
        custody.knownSinceNanos() > known && custody.knownSinceNanos() > since.getAsLong();
    return new Trespass(strangers, uncounted, false, List.of());
  }

  /// The one that installs writes before it announces itself.
  private static boolean mayWrite(Hand hand, Announced announced, long installedNanos) {
    return announced.processes().stream()
        .anyMatch(one ->
            hand.isOf(one)
                && (hand.firstNanos() >= one.atNanos() || hand.firstNanos() <= installedNanos));
  }

  /// The same, where the store had drained this tracer and knows nobody who announced itself.
  Trespass withoutFile() {
    return new Trespass(hands, uncounted, true, programs);
  }

  /// The same, with those of `loaded` that refer to a map of `tables`, or are called with its
  /// entries, and are none of `own`.
  ///
  /// @param iterators maps by the id of a program that is called with their entries
  Trespass withPrograms(
      List<BpfProgram> loaded,
      Map<Long, Set<Long>> iterators,
      Collection<Long> tables,
      Collection<Long> own) {
    Set<Long> guarded = new HashSet<>(tables);
    List<BpfProgram> others =
        loaded.stream()
            .filter(program -> !own.contains(program.id()))
            .filter(program ->
                Stream.concat(
                        program.mapIds().stream(),
                        iterators.getOrDefault(program.id(), Set.of()).stream())
                    .anyMatch(guarded::contains))
            .toList();
    return new Trespass(hands, uncounted, forgotten, others);
  }

  boolean isNone() {
    return alarms().isEmpty();
  }

  /// In sentences that say who and what can be done.
  List<Alarm> alarms() {
    List<Alarm> alarms = new ArrayList<>();
    hands.forEach(hand -> alarms.add(alarm(hand)));
    for (BpfProgram program : programs) {
      alarms.add(
          critical(
              "program %d \"%s\" can write the tracer's tables"
                  .formatted(program.id(), program.name()),
              "it refers to one of them or is called with its entries, and is none of the tracer's: bpftool prog show id %d tells who holds it"
                  .formatted(program.id())));
    }
    if (uncounted) {
      alarms.add(
          critical(
              "more processes wrote to the tracer's tables than it can name",
              "it keeps the last sixteen on each CPU; checks at shorter intervals leave fewer between two"));
    }
    if (forgotten) {
      alarms.add(
          new Alarm(
              Alarm.Kind.TRACER_TAMPERED,
              Alarm.Severity.HIGH,
              "the store's file announced is gone",
              "without it nobody knows whether a bpfaudit wrote to the tracer's tables or somebody else; it is written anew"));
    }
    return alarms;
  }

  private static Alarm alarm(Hand hand) {
    String tables = String.join(", ", hand.tableNames());
    String who = "pid %d (%s)".formatted(hand.pid(), hand.comm());
    String at =
        "the last time at " + BootClock.instant(hand.lastNanos()).truncatedTo(ChronoUnit.SECONDS);
    return hand.gaveAway()
        ? critical(
            who + " gave a program, an iterator or another map a hold on the tracer's " + tables,
            at
                + "; whatever has it can rewrite what the tracer recorded without a system call: bpfaudit tracer remove; bpfaudit tracer install begins anew")
        : critical(
            who + " wrote to the tracer's " + tables,
            at
                + ", or tried to; a bpfaudit that writes there tells its store before, and this one did not. What was recorded up to now may be forged");
  }

  private static Alarm critical(String what, String why) {
    return new Alarm(Alarm.Kind.TRACER_TAMPERED, Alarm.Severity.CRITICAL, what, why);
  }
}
