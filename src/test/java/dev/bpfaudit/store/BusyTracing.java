package dev.bpfaudit.store;

import dev.bpfaudit.model.Author;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Observation;
import dev.bpfaudit.model.ObservedWrite;
import dev.bpfaudit.model.Operation;
import dev.bpfaudit.model.SeededHash;
import dev.bpfaudit.model.TracedProcess;
import dev.bpfaudit.model.Tracing;
import dev.bpfaudit.model.WritePath;
import dev.bpfaudit.model.WrittenKey;
import dev.bpfaudit.model.WrittenValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/// What a tracer may well see: forty processes that write keys of 4 and values of 32 bytes.
final class BusyTracing {
  private static final int PROCESSES = 40;
  private static final int PATHS = 50;
  private static final long SEED = 0x1234_5678_9abc_def0L;
  private static final Bytes INSTALLATION = Bytes.fromHex("00112233445566778899aabbccddeeff");

  private BusyTracing() {}

  static Tracing.Traced of(long generation, int writes) {
    long began = generation * 60_000_000_000L;
    Random random = new Random(generation);
    List<ObservedWrite> seen = new ArrayList<>();
    for (int i = 0; i < writes; i++) {
      seen.add(write(random, began));
    }
    return new Tracing.Traced(
        new Observation(
            INSTALLATION,
            generation,
            HookKind.FENTRY,
            SEED,
            began,
            began + 60_000_000_000L,
            paths(),
            List.of(),
            List.of(),
            seen));
  }

  private static List<WritePath> paths() {
    List<WritePath> paths = new ArrayList<>();
    for (int i = 0; i < PATHS; i++) {
      paths.add(
          new WritePath(
              "some_map_%d_update_elem, called by programs of any type".formatted(i),
              HookKind.FENTRY,
              Set.of(MapType.of(2 + i % 30), MapType.HASH),
              Set.of(Operation.UPDATE, Operation.DELETE),
              new WritePath.Watched(1_000_000L + i)));
    }
    return paths;
  }

  private static ObservedWrite write(Random random, long began) {
    Bytes value = Samples.bytes(random, 32);
    long first = began + random.nextInt(1_000_000_000);
    return new ObservedWrite(
        random.nextInt(30),
        Operation.UPDATE,
        false,
        false,
        new Author.Caller(process(random.nextInt(PROCESSES))),
        new WrittenKey.Exact(Samples.bytes(random, 4)),
        new WrittenValue.Hashed(SeededHash.of(SEED, value), value, value.length()),
        false,
        1 + random.nextInt(9),
        first,
        first + random.nextInt(1_000_000));
  }

  private static TracedProcess process(int number) {
    return new TracedProcess(
        1000 + number,
        number * 1_000_000L,
        "agent-" + number,
        "/usr/bin/agent",
        List.of("/usr/bin/agent", "--number", Integer.toString(number)),
        0,
        "/system.slice/agent-" + number + ".service",
        "",
        1,
        "systemd");
  }
}
