package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Alarm.Severity;
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

  private final List<Alarm> alarms = new ArrayList<>();
  private boolean mendable;

  /// What was found, the worst first.
  List<Alarm> alarms() {
    return alarms.stream().sorted(Comparator.comparing(Alarm::severity)).toList();
  }

  private void raise(Severity severity, String what, String why) {
    alarms.add(new Alarm(Alarm.Kind.TRACER_TAMPERED, severity, what, why));
  }

  private void raiseMendable(Severity severity, String what, String why) {
    raise(severity, what, why + "; bpfaudit tracer install puts it back");
    mendable = true;
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
      if (!refused.containsKey(hook)) {
        byReason.computeIfAbsent(why, _ -> new ArrayList<>()).add(hook);
      }
    });
    refused(refused);
    byReason.forEach((why, hooks) -> {
      String what =
          (hooks.size() == 1 ? "a hook" : hooks.size() + " hooks")
              + " of the tracer watched nothing: "
              + why;
      String effect = names(hooks) + " saw nothing of what happened there";
      switch (why) {
        case HookHealth.FTRACE_IS_OFF ->
            raise(Severity.HIGH, what, effect + ": sysctl kernel.ftrace_enabled=1 switches it on");
        case HookHealth.KPROBES_ARE_OFF ->
            raise(
                Severity.HIGH,
                what,
                effect + ": echo 1 > /sys/kernel/debug/kprobes/enabled switches them on");
        case Unproven.SILENT, Unproven.ALL_SILENT -> // install cannot see that
            raise(
                Severity.HIGH,
                what,
                effect + "; bpfaudit tracer remove; bpfaudit tracer install attaches it anew");
        default -> raiseMendable(Severity.HIGH, what, effect);
      }
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
      raiseMendable(
          Severity.CRITICAL,
          "another map is pinned in place of the tracer's table " + name,
          "it is none of those that were made when the tracer was installed");
    }
    if (installation.isCurrent()) {
      for (String name : ledger.missing()) {
        raiseMendable(
            Severity.HIGH,
            "the tracer's table " + name + " was removed",
            (name.equals(TracerFiles.SWITCHES)
                ? "it tells who switched hooks off"
                : "it tells who writes to the tracer's tables"));
      }
    }
    for (String name : ledger.thawed()) {
      raiseMendable(
          Severity.CRITICAL,
          "the tracer's table " + name + " can be written by others",
          "it was frozen when the tracer was installed, and that cannot be undone: this is another");
    }
    if (installation.isCurrent() && !digest(states).equals(installation.hooks())) {
      raiseMendable(
          Severity.CRITICAL,
          "the tracer's table of hooks was rewritten",
          "which links and programs are its own is not what was noted, frozen, at installation");
    }
    if (!Installation.isFrozen()) {
      raiseMendable(
          Severity.CRITICAL,
          "the tracer's table installation can be written by others",
          "it was frozen when the tracer was installed, and that cannot be undone: this is another");
    }
  }

  /// @return whether anybody else than bpfaudit wrote to the tracer's tables, or may have
  boolean trespass(Trespass found) {
    alarms.addAll(found.alarms());
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
