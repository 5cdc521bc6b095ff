package dev.bpfaudit.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bpfaudit.attribution.Attribution;
import dev.bpfaudit.attribution.Coverage;
import dev.bpfaudit.attribution.Gap;
import dev.bpfaudit.attribution.Level;
import dev.bpfaudit.diff.EntryChange;
import dev.bpfaudit.diff.MapChange;
import dev.bpfaudit.diff.SnapshotDiff;
import dev.bpfaudit.kernel.KernelException;
import dev.bpfaudit.kernel.ScratchMap;
import dev.bpfaudit.kernel.ScratchMaps;
import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.SnapshotHeader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What is done to a tracer behind its back, one thing after the other, and whether it is told.
final class Attack {
  private static final Path PINS = Path.of("/sys/fs/bpf/bpfaudit");
  private static final Path FTRACE = Path.of("/proc/sys/kernel/ftrace_enabled");
  private static final Path KPROBES = Path.of("/sys/kernel/debug/kprobes/enabled");
  private static final String KEY = "07000000";
  private static final String BPFTOOL = "bpftool";
  private static final String NAMED = "named";
  private static final String REFUSED = "refused";
  private static final int EPERM = 1;
  private static final int ENOMEM = 12;
  private static final int MOST_TRIES = 5;
  private static final int BUSY_ROUNDS = 8;
  private static final long IN_THE_DARK_MILLIS = 10_000;

  private final Watch watch;
  private final HookKind kind;
  private final Map<String, Outcome> outcomes = new LinkedHashMap<>();
  private long value = 1;

  /// What came of it.
  sealed interface Outcome {}

  /// In one word: `named`, or the kernel `refused` the attack.
  record Told(String word) implements Outcome {}

  /// It was not told, or not rightly.
  record Failed(Throwable cause) implements Outcome {}

  Attack(Watch watch, HookKind kind) {
    this.watch = watch;
    this.kind = kind;
  }

  private interface Deed {
    String act(ScratchMap map) throws Exception;
  }

  Map<String, Outcome> all() {
    play("00 nothing", this::nothing);
    if (kind != HookKind.TRACEPOINT) {
      play("33 ftrace_enabled off for ten seconds", map -> switchedOff(map, FTRACE));
    }
    if (kind == HookKind.KPROBE) {
      play("33 kprobes/enabled off for ten seconds", map -> switchedOff(map, KPROBES));
    }
    if (kind == HookKind.FENTRY) {
      play("34 ledger written by a syscall program", this::bySyscallProgram);
      play("33 canary refused by a lying hook", this::canaryRefused);
    }
    play("34 ledger row forged", map -> ledger(map, LedgerRow::forge));
    play("34 ledger count changed", map -> ledger(map, LedgerRow::recount));
    play("34 ledger row deleted", map -> ledger(map, LedgerRow::delete));
    play("34 ledger turned back", this::turnedBack);
    play("34 ledger row deleted with its sum", this::balanced);
    play("34 process renamed", this::renamed);
    play("34 program forged", this::forged);
    play("34 handle deleted", this::handleDeleted);
    play("34 program that can write the ledger", this::referred);
    play("32 link replaced", this::replaced);
    play("32 link removed", this::removed);
    outcomes.remove("00 nothing", new Told(NAMED));
    return outcomes;
  }

  private void play(String name, Deed deed) {
    try (ScratchMaps scratch = new ScratchMaps()) {
      ScratchMap map = scratch.create(MapType.HASH, "written", 4, 8, 64, 0);
      map.update(Bytes.fromHex(KEY), value());
      watch.snapshot(Set.of()); // what was off before is on now, and known to be
      outcomes.put(name, new Told(deed.act(map)));
    } catch (Exception | AssertionError e) {
      outcomes.put(name, new Failed(e));
    }
  }

  private Bytes value() {
    return Bytes.fromHex("%016x".formatted(Long.reverseBytes(value++)));
  }

  private void write(ScratchMap map) {
    Writer.write("writer", "update-id", map.id(), KEY, value().hex());
  }

  /// All hooks that have a canary see it, and nobody is accused, however busy the map is.
  private String nothing(ScratchMap map) {
    SnapshotHeader before = watch.snapshot(Set.of(map.id()));
    try (Actor _ = Writer.decoys(map.id())) {
      for (int i = 0; i < BUSY_ROUNDS; i++) {
        write(map);
        Found found = found(map, before);
        assertThat(found.alarms()).isEmpty();
        assertThat(watch.seen(found.after()).lapses()).isEmpty();
        before = found.after();
      }
    }
    return NAMED;
  }

  private String switchedOff(ScratchMap map, Path setting) throws Exception {
    SnapshotHeader before = watch.snapshot(Set.of(map.id()));
    Instant off;
    Instant on;
    try {
      off = Instant.now();
      Files.writeString(setting, "0");
      Thread.sleep(IN_THE_DARK_MILLIS / 2);
      write(map);
      Thread.sleep(IN_THE_DARK_MILLIS / 2);
    } catch (IOException e) {
      return REFUSED;
    } finally {
      on = Instant.now();
      Files.writeString(setting, "1");
    }
    Found found = found(map, before);
    assertThat(found.alarms())
        .extracting(Alarm::what)
        .anyMatch(what ->
            what.contains(setting.getFileName() + " was set to 0")
                || what.contains("kprobes/enabled in debugfs was set to 0"));
    List<Gap> gaps = found.coverage().gaps();
    assertThat(gaps)
        .anyMatch(gap ->
            !gap.from().isAfter(off.plusMillis(500)) && !gap.to().isBefore(on.minusMillis(500)));
    if (kind == HookKind.FENTRY) {
      assertThat(found.level()).isEqualTo(Level.UNOBSERVED);
    }
    return NAMED;
  }

  /// Nobody knows then whether the hooks of hashes watch. That memory had run out is no accusation.
  private String canaryRefused(ScratchMap map) {
    refusedWith(map, EPERM, "EPERM");
    assertThat(watch.tracer().alarms())
        .extracting(Alarm::what)
        .anyMatch(what -> what.contains("of the tracer watched cannot be proven"));
    refusedWith(map, ENOMEM, "ENOMEM");
    assertThat(watch.tracer().alarms()).isEmpty();
    return NAMED;
  }

  private void refusedWith(ScratchMap map, int errno, String name) {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      SnapshotHeader before = watch.snapshot(Set.of(map.id()));
      try (Liar _ = Liar.refusingToMake(Liar.By.FMOD_RET, MapType.HASH, errno).orElseThrow()) {
        boolean lies = cannotMakeAHash();
        Found found = found(map, before);
        if (lies && cannotMakeAHash()) {
          assertThat(found.coverage().gaps())
              .anyMatch(gap ->
                  gap.path().contains("htab_map_update_elem")
                      && gap.why().contains("its canary could not be written: " + name));
          return;
        }
      }
    }
    throw new AssertionError("the kernel does not ask the liar");
  }

  /// Loaded, 5.10 did not always ask a liar that came just after another had gone.
  private static boolean cannotMakeAHash() {
    try (ScratchMaps scratch = new ScratchMaps()) {
      return scratch.create(MapType.HASH, "refused", 4, 8, 1, 0).id() == 0;
    } catch (KernelException e) {
      return true;
    }
  }

  private interface Forgery {
    void commit(LedgerRow row);
  }

  private String ledger(ScratchMap map, Forgery forgery) throws Exception {
    SnapshotHeader before = watch.snapshot(Set.of(map.id()));
    forgery.commit(written(map));
    Found found = found(map, before);
    assertThat(found.alarms())
        .anyMatch(alarm ->
            alarm.severity() == Alarm.Severity.CRITICAL && alarm.what().contains("ledger"));
    assertThat(found.coverage().gaps()).anyMatch(gap -> gap.path().equals("all"));
    return NAMED;
  }

  /// Writes count as drained long ago while the generation is an old one; they are told all the
  /// same.
  private String turnedBack(ScratchMap map) throws Exception {
    SnapshotHeader before = watch.snapshot(Set.of(map.id()));
    LedgerRow.state().add(0, -1).update();
    written(map);
    LedgerRow.state().add(0, 1).update();
    Found found = found(map, before);
    assertThat(found.alarms())
        .anyMatch(alarm ->
            alarm.severity() == Alarm.Severity.CRITICAL && alarm.what().contains("turned back"));
    assertThat(found.coverage().gaps()).anyMatch(gap -> gap.path().equals("all"));
    assertThat(found.level()).isNotEqualTo(Level.UNEXPLAINED).isNotEqualTo(Level.UNOBSERVED);
    return NAMED;
  }

  /// Its sums fit, so that only who did it can tell.
  private String balanced(ScratchMap map) throws Exception {
    SnapshotHeader before = watch.snapshot(Set.of(map.id()));
    written(map).deleteWithItsSum();
    Found found = found(map, before);
    assertThat(found.alarms())
        .extracting(Alarm::what)
        .noneMatch(what -> what.contains("writes are"));
    return trespassed(found, BPFTOOL, "state");
  }

  private String bySyscallProgram(ScratchMap map) {
    SnapshotHeader before = watch.snapshot(Set.of(map.id()));
    Actor.Ended ended = Writer.attempt("calls-itself", "sys-bpf", PINS.resolve("calls"));
    if (ended.err().contains("sys-bpf: errno 22:")) { // no such programs before 5.14
      return REFUSED;
    }
    assertThat(ended.exitCode()).as(ended.err()).isZero();
    return trespassed(found(map, before), "calls-itself", "calls");
  }

  private String renamed(ScratchMap map) throws Exception {
    SnapshotHeader before = watch.snapshot(Set.of(map.id()));
    long pid = Writer.write("writer", "update-id", map.id(), KEY, value().hex());
    LedgerRow.process(pid).rename();
    return trespassed(found(map, before), BPFTOOL, "processes");
  }

  private String forged(ScratchMap map) throws Exception {
    SnapshotHeader before = watch.snapshot(Set.of(map.id()));
    LedgerRow.programThatNeverWas().update();
    return trespassed(found(map, before), BPFTOOL, "programs");
  }

  private String handleDeleted(ScratchMap map) throws Exception {
    SnapshotHeader before = watch.snapshot(Set.of(map.id()));
    written(map);
    LedgerRow.handle(map.id()).delete();
    return trespassed(found(map, before), BPFTOOL, "handles");
  }

  private static String trespassed(Found found, String comm, String tables) {
    assertThat(found.alarms())
        .filteredOn(alarm -> alarm.severity() == Alarm.Severity.CRITICAL)
        .extracting(Alarm::what)
        .anyMatch(what ->
            what.contains("(" + comm + ")") && what.endsWith("wrote to the tracer's " + tables));
    assertThat(found.coverage().gaps()).anyMatch(gap -> gap.path().equals("all"));
    return NAMED;
  }

  /// While it lives, and, where its loading is seen, when it was loaded; once it has ended nobody
  /// is accused any more.
  private String referred(ScratchMap map) {
    SnapshotHeader before = watch.snapshot(Set.of(map.id()));
    try (Writer refers = Writer.start("refers", "refer", PINS.resolve("processes"))) {
      Found found = found(map, before);
      assertThat(found.alarms())
          .extracting(Alarm::what)
          .anyMatch(what -> what.contains("\"refers\" can write the tracer's tables"));
      if (watch.tracer().status().orElseThrow().kind() == HookKind.FENTRY) {
        assertThat(found.alarms())
            .extracting(Alarm::what)
            .anyMatch(what -> what.contains("pid " + refers.pid() + " (refers) gave a program"));
      }
      assertThat(found.coverage().gaps()).anyMatch(gap -> gap.path().equals("all"));
    }
    watch.snapshot(Set.of());
    assertThat(watch.tracer().alarms()).isEmpty();
    return NAMED;
  }

  /// The kernel skips a hook that interrupts itself, so one write may not be there.
  private LedgerRow written(ScratchMap map) throws IOException {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      Writer.write("writer", "update-id", map.id(), KEY, "ff00000000000000");
      Optional<LedgerRow> row = LedgerRow.of(map.id());
      if (row.isPresent()) {
        return row.get();
      }
    }
    throw new AssertionError("nobody saw map " + map.id() + " being written");
  }

  private Path link() {
    return PINS.resolve(
        switch (kind) {
          case FENTRY -> "link_update_hash";
          case KPROBE -> "link_k_update_hash";
          case TRACEPOINT -> "link_left";
        });
  }

  /// The pin of another link lies where it was, and its own is gone.
  private String replaced(ScratchMap map) throws Exception {
    Path away = PINS.resolveSibling("bpfaudit-away");
    Path other = PINS.resolve(kind == HookKind.FENTRY ? "link_update_lru" : "link_left_mmap");
    SnapshotHeader before = watch.snapshot(Set.of(map.id()));
    Files.move(link(), away);
    try {
      Files.createLink(link(), other);
    } catch (IOException | UnsupportedOperationException e) {
      Files.move(other, link());
      Found found = found(map, before);
      Files.move(link(), other);
      Files.move(away, link());
      return told(found, "replaced");
    }
    Found found = found(map, before);
    Files.delete(link());
    Files.move(away, link());
    return told(found, "replaced");
  }

  private String removed(ScratchMap map) throws Exception {
    SnapshotHeader before = watch.snapshot(Set.of(map.id()));
    Files.delete(link());
    Thread.sleep(1_000); // the kernel takes it away after a grace period
    write(map);
    Found found = found(map, before);
    if (kind != HookKind.KPROBE) {
      assertThat(found.level()).isEqualTo(Level.UNOBSERVED);
    }
    return told(found, "removed");
  }

  private static String told(Found found, String how) {
    assertThat(found.alarms())
        .extracting(Alarm::what)
        .anyMatch(what -> what.contains("its link was " + how));
    assertThat(found.coverage().gaps()).anyMatch(gap -> gap.why().contains("link was " + how));
    assertThat(found.coverage().blind()).anyMatch(path -> path.why().contains("link was " + how));
    return NAMED;
  }

  /// What is told of the time since `before`.
  private record Found(
      SnapshotHeader after, List<Alarm> alarms, SnapshotDiff diff, Attribution attribution) {
    Coverage coverage() {
      return attribution.coverage();
    }

    Level level() {
      MapChange change = diff.changes().getFirst();
      if (!(change instanceof MapChange.Compared both)) {
        throw new AssertionError(change);
      }
      EntryChange entry = both.entries().iterator().next();
      return attribution.of(change).entry(entry).level();
    }
  }

  private Found found(ScratchMap map, SnapshotHeader before) {
    SnapshotHeader after = watch.snapshot(Set.of(map.id()));
    List<Alarm> alarms = watch.tracer().alarms();
    assertThat(alarms).allMatch(alarm -> alarm.kind() == Alarm.Kind.TRACER_TAMPERED);
    SnapshotDiff diff = watch.diff(before, after);
    return new Found(after, alarms, diff, watch.attribute(diff));
  }
}
