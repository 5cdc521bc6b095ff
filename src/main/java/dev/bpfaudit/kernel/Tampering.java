package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Alarm.Severity;
import dev.bpfaudit.model.BpfProgram;
import dev.bpfaudit.model.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What keeps the tracer from watching, and what somebody did to what it recorded, in sentences. As
/// long as nothing changes they stay the same, so that one thing is told once.
final class Tampering {
  private static final int MOST_NAMES = 3;
  private static final String ANEW = "; bpfaudit tracer install puts it back";

  private final List<Alarm> alarms = new ArrayList<>();
  private boolean mendable;

  /// What was found, the worst first.
  List<Alarm> alarms() {
    return alarms.stream().sorted(Comparator.comparing(Alarm::severity)).toList();
  }

  private void raise(Severity severity, String what, String why) {
    alarms.add(new Alarm(Alarm.Kind.TRACER_TAMPERED, severity, what, why));
    mendable |= why.endsWith(ANEW);
  }

  /// Whether a tracer that is installed anew mends any of it.
  boolean isMendable() {
    return mendable;
  }

  /// @param off why hooks that were attached are not called any more, or nobody knows it
  /// @param refused those of them whose canaries could not be written
  void hooks(Map<Hook, String> off, Map<Hook, Refusal> refused) {
    Map<String, List<Hook>> byReason = new TreeMap<>();
    off.forEach((hook, why) -> {
      if (!why.startsWith(Unproven.REFUSED)) {
        byReason.computeIfAbsent(why, _ -> new ArrayList<>()).add(hook);
      }
    });
    refused(refused);
    byReason.forEach((why, hooks) -> {
      String many = hooks.size() == 1 ? "a hook" : hooks.size() + " hooks";
      String advice =
          switch (why) {
            case HookHealth.FTRACE_IS_OFF -> ": sysctl kernel.ftrace_enabled=1 switches it on";
            case HookHealth.KPROBES_ARE_OFF ->
                ": echo 1 > /sys/kernel/debug/kprobes/enabled switches them on";
            default -> ANEW;
          };
      raise(
          Severity.HIGH,
          many + " of the tracer watched nothing: " + why,
          names(hooks) + " saw nothing of what happened there" + advice);
    });
  }

  /// What had run out or was busy is a gap and nobody's deed.
  private void refused(Map<Hook, Refusal> refused) {
    Map<String, List<Hook>> byReason = new TreeMap<>();
    refused.forEach((hook, refusal) -> {
      if (!refusal.passes()) {
        byReason.computeIfAbsent(refusal.why(), _ -> new ArrayList<>()).add(hook);
      }
    });
    byReason.forEach((why, hooks) ->
        raise(
            Severity.HIGH,
            "whether %s of the tracer watched cannot be proven: its canary was refused with %s"
                .formatted(hooks.size() == 1 ? "a hook" : hooks.size() + " hooks", why),
            names(hooks)
                + " can be hooked, so this kernel can write such maps: something denies bpf(2) to"
                + " bpfaudit, such as a program at security_bpf (bpftool link list)"));
  }

  private static String names(List<Hook> hooks) {
    String first =
        hooks.stream().limit(MOST_NAMES).map(Hook::function).collect(Collectors.joining(", "));
    int more = hooks.size() - MOST_NAMES;
    return more > 0 ? first + " and " + more + " more" : first;
  }

  /// @param began of the time that is looked at
  void switched(List<Switched> events, Map<Hook, HookState> states, long began) {
    for (Switched event : events) {
      boolean concerned =
          states.entrySet().stream()
              .anyMatch(one ->
                  one.getValue().attached() && Lapses.concerns(event.setting(), one.getKey()));
      if (event.off() && event.atNanos() > began && concerned) {
        Instant at = BootClock.instant(event.atNanos());
        raise(
            Severity.HIGH,
            "%s was set to 0 by pid %d (%s) at %s"
                .formatted(
                    event.setting().label,
                    event.pid(),
                    event.comm(),
                    at.truncatedTo(ChronoUnit.SECONDS)),
            "while it is 0 the hooks on the kernel's functions are not called, and nothing says so");
      }
    }
  }

  /// Functions to which nothing more could be attached.
  void outnumbered(Map<Hook, HookState> states) {
    List<Hook> outnumbered = new ArrayList<>();
    states.forEach((hook, state) -> {
      if (state.why().contains(HookLink.OUTNUMBERED)) {
        outnumbered.add(hook);
      }
    });
    if (!outnumbered.isEmpty()) {
      raise(
          Severity.HIGH,
          "other programs left no room for the tracer at " + names(outnumbered),
          "the kernel allows so many on one function and no more; bpftool link list shows them");
    }
  }

  /// What must be as it was when the tracer was installed.
  void tables(Installation installation, Ledger ledger, Map<Hook, HookState> states) {
    for (String name : ledger.foreign(installation.ownMaps())) {
      raise(
          Severity.CRITICAL,
          "another map is pinned in place of the tracer's table " + name,
          "it is none of those that were made when the tracer was installed" + ANEW);
    }
    if (installation.isCurrent()) {
      for (String name : ledger.missing()) {
        raise(
            Severity.HIGH,
            "the tracer's table " + name + " was removed",
            (name.equals(TracerFiles.SWITCHES)
                    ? "it tells who switched hooks off"
                    : "it tells who writes to the tracer's tables")
                + ANEW);
      }
    }
    for (String name : ledger.thawed()) {
      raise(
          Severity.CRITICAL,
          "the tracer's table " + name + " can be written by others",
          "it was frozen when the tracer was installed, and that cannot be undone: this is another"
              + ANEW);
    }
    if (installation.isCurrent() && !digest(states).equals(installation.hooks())) {
      raise(
          Severity.CRITICAL,
          "the tracer's table of hooks was rewritten",
          "which links and programs are its own is not what was noted, frozen, at installation"
              + ANEW);
    }
    if (!Installation.isFrozen()) {
      raise(
          Severity.CRITICAL,
          "the tracer's table installation can be written by others",
          "it was frozen when the tracer was installed, and that cannot be undone: this is another"
              + ANEW);
    }
  }

  /// Who else than bpfaudit wrote to the tracer's tables, or may have.
  ///
  /// @return whether anybody did or may have
  boolean trespass(Trespass found) {
    for (Hand hand : found.hands()) {
      String tables = String.join(", ", hand.tableNames());
      String who = "pid %d (%s)".formatted(hand.pid(), hand.comm());
      String last =
          "%d system %s, the last at %s; "
              .formatted(
                  hand.count(),
                  hand.count() == 1 ? "call" : "calls",
                  BootClock.instant(hand.lastNanos()).truncatedTo(ChronoUnit.SECONDS));
      if (hand.gaveAway()) {
        raise(
            Severity.CRITICAL,
            who + " gave a program, an iterator or another map a hold on the tracer's " + tables,
            last + "whatever has it can rewrite what the tracer recorded without a system call");
      } else {
        raise(
            Severity.CRITICAL,
            who + " wrote to the tracer's " + tables,
            last + "a bpfaudit that writes there tells its store before, and this one did not");
      }
    }
    for (BpfProgram program : found.programs()) {
      raise(
          Severity.CRITICAL,
          "program %d \"%s\" can write the tracer's tables".formatted(program.id(), program.name()),
          "it refers to one of them and is none of the tracer's; bpftool prog show id %d tells of it"
              .formatted(program.id()));
    }
    if (found.uncounted()) {
      raise(
          Severity.CRITICAL,
          "more processes wrote to the tracer's tables than it can name",
          "it keeps the last sixteen on each CPU");
    }
    return !found.isNone();
  }

  /// Whether the ledger's rows are the tracer's own, as far as their sums tell.
  ///
  /// @return whether something is wrong with them
  boolean rows(LedgerReading read) {
    if (read.foreign() > 0) {
      raise(
          Severity.CRITICAL,
          "somebody else wrote into the tracer's ledger",
          read.foreign() + " of its rows no hook can have written");
    }
    if (read.turnedBack() > 0) {
      raise(
          Severity.CRITICAL,
          "the tracer's ledger was turned back",
          read.turnedBack()
              + " of its rows were written in a generation that a snapshot had ended before");
    }
    long missing = read.missing().orElse(0);
    if (missing != 0) {
      raise(
          Severity.CRITICAL,
          missing > 0
              ? "writes are missing from the tracer's ledger"
              : "the tracer's ledger tells of writes that were not made",
          "the kernel counted %d writes %s than its rows tell of, in sums that only programs can change"
              .formatted(Math.abs(missing), missing > 0 ? "more" : "fewer"));
    }
    return read.foreign() + read.turnedBack() > 0 || missing != 0;
  }

  /// What identifies all hooks that were tried.
  static Bytes digest(Map<Hook, HookState> states) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      Map<String, Bytes> rows = new TreeMap<>();
      states.forEach((hook, state) -> rows.put(hook.program(), state.identity(hook)));
      rows.values().forEach(row -> digest.update(row.toArray()));
      return Bytes.of(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
