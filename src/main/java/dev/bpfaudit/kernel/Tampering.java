package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Alarm.Severity;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HookKind;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What keeps the tracer from watching, and what somebody did to what it recorded, in sentences. As
/// long as nothing changes they stay the same, so that one thing is told once.
final class Tampering {
  private static final int MOST_NAMES = 3;
  private static final String ANEW = "; bpfaudit tracer install puts it back";

  private final List<Alarm> alarms = new ArrayList<>();

  /// What was found, the worst first.
  List<Alarm> alarms() {
    return alarms.stream().sorted(Comparator.comparing(Alarm::severity)).toList();
  }

  private void raise(Severity severity, String what, String why) {
    alarms.add(new Alarm(Alarm.Kind.TRACER_TAMPERED, severity, what, why));
  }

  /// @param off why hooks that were attached are not called any more
  void hooks(Map<Hook, String> off) {
    Map<String, List<Hook>> byReason = new TreeMap<>();
    off.forEach((hook, why) -> byReason.computeIfAbsent(why, _ -> new ArrayList<>()).add(hook));
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
        Instant at = Instant.now().minusNanos(BootClock.nanos() - event.atNanos());
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
    if (installation.isCurrent() && !ledger.hasSwitches()) {
      raise(
          Severity.HIGH,
          "the tracer's table " + TracerFiles.SWITCHES + " was removed",
          "it tells who switched hooks off" + ANEW);
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

  /// Adds to `off` the hooks whose canaries were not seen. Those that have none share the lot of
  /// their kind.
  ///
  /// @param proven the hooks that had a canary
  /// @param silent those of them that did not see it
  static Map<Hook, String> with(
      Map<Hook, String> off, Set<Hook> attached, Set<Hook> proven, Set<Hook> silent) {
    Map<Hook, String> all = new LinkedHashMap<>(off);
    silent.forEach(hook -> all.putIfAbsent(hook, "its canary was not seen"));
    for (HookKind kind : HookKind.values()) {
      List<Hook> shown = proven.stream().filter(hook -> hook.kind() == kind).toList();
      if (!shown.isEmpty() && silent.containsAll(shown)) {
        attached.stream()
            .filter(hook -> hook.kind() == kind && !proven.contains(hook))
            .forEach(hook -> all.putIfAbsent(hook, "no hook of its kind saw a canary"));
      }
    }
    return all;
  }
}
