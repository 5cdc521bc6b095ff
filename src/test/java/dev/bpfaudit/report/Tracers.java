package dev.bpfaudit.report;

import dev.bpfaudit.model.Alarm;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.HostFacts;
import dev.bpfaudit.model.Loss;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.TracerStatus;
import dev.bpfaudit.model.WritePath;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// Tracers as documents.
final class Tracers {
  private static final long SECOND = 1_000_000_000L;
  private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

  private Tracers() {}

  /// One that sees nearly everything, and one that sees system calls and has lost some.
  static TracerState state(HostFacts host, HookKind kind) {
    return kind == HookKind.FENTRY
        ? new TracerState.Present(host, whole(), NOW, List.of())
        : new TracerState.Present(
            host,
            partial(),
            NOW,
            List.of(
                new Alarm(
                    Alarm.Kind.TRACER_TAMPERED,
                    Alarm.Severity.CRITICAL,
                    "somebody else wrote into the tracer's ledger",
                    "3 of its rows no hook can have written")));
  }

  private static TracerStatus whole() {
    return status(
        HookKind.FENTRY,
        true,
        List.of(
            path("htab_map_update_elem", HookKind.FENTRY, new WritePath.Watched(10 * SECOND)),
            new WritePath(
                "trie_update_elem",
                HookKind.FENTRY,
                Set.of(MapType.LPM_TRIE),
                Set.of(Operation.UPDATE),
                new WritePath.Blind("attach: EBUSY (busy)"))),
        List.of());
  }

  private static TracerStatus partial() {
    return status(
        HookKind.TRACEPOINT,
        false,
        List.of(
            path("sys_exit", HookKind.TRACEPOINT, new WritePath.Watched(10 * SECOND)),
            path(
                "writes by BPF programs",
                HookKind.TRACEPOINT,
                new WritePath.Blind("fentry: load a program: EPERM \u001b[31m"))),
        List.of(
            new Loss("both tables of writes were full", 12, new Loss.AllMaps()),
            new Loss("the table of writes was full: keys not kept", 3, new Loss.OneMap(7))));
  }

  private static WritePath path(String name, HookKind kind, WritePath.State state) {
    return new WritePath(
        name,
        kind,
        Set.of(MapType.HASH, MapType.ARRAY),
        Set.of(Operation.UPDATE, Operation.DELETE),
        state);
  }

  private static TracerStatus status(
      HookKind kind, boolean current, List<WritePath> paths, List<Loss> losses) {
    return new TracerStatus(
        Bytes.fromHex("00112233445566778899aabbccddeeff"),
        kind,
        20 * SECOND,
        3620 * SECOND,
        Path.of("/var/lib/bpfaudit"),
        current,
        3600 * SECOND,
        1234,
        25L << 20,
        paths,
        losses);
  }
}
