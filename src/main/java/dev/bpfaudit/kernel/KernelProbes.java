package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Probe;
import dev.bpfaudit.model.Probe.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import me.bechberger.ebpf.bpf.raw.Lib_1;

/// Asks the running kernel what it can do. What needs a map is tried on a tiny map of our own.
final class KernelProbes {
  private static final int CAP_SYS_ADMIN = 21;
  private static final List<MapType> BATCHED =
      List.of(
          MapType.HASH,
          MapType.ARRAY,
          MapType.PERCPU_ARRAY,
          MapType.LPM_TRIE,
          MapType.ARRAY_OF_MAPS,
          MapType.HASH_OF_MAPS);

  private final int possibleCpus;

  KernelProbes(int possibleCpus) {
    this.possibleCpus = possibleCpus;
  }

  List<Probe> all() {
    List<Probe> probes = new ArrayList<>();
    Probe libbpf = libbpf();
    probes.add(libbpf);
    probes.add(capability());
    if (libbpf.answer() == Answer.YES) {
      probes.add(listing());
      BATCHED.forEach(type -> probes.add(batch(type)));
    }
    probes.add(bpffs());
    probes.add(file("btf", "Does the kernel describe its own types?", "/sys/kernel/btf/vmlinux"));
    probes.addAll(settings());
    return probes;
  }

  private static Probe libbpf() {
    String question = "Is libbpf 1.1 or newer installed?";
    try {
      LibbpfLibrary.load();
      String version = Lib_1.libbpf_version_string().getString(0);
      return new Probe("libbpf", question, Answer.YES, version);
    } catch (KernelException e) {
      return new Probe("libbpf", question, Answer.NO, String.valueOf(e.getMessage()));
    }
  }

  private static Probe capability() {
    return ask(
        "cap_sys_admin",
        "May this process list and open every map?",
        "/proc/self/status",
        status -> {
          String held =
              status
                  .lines()
                  .filter(line -> line.startsWith("CapEff:"))
                  .map(line -> line.substring("CapEff:".length()).strip())
                  .collect(Collectors.joining());
          boolean admin = ((Long.parseUnsignedLong(held, 16) >>> CAP_SYS_ADMIN) & 1) == 1;
          return new Found(admin ? Answer.YES : Answer.NO, "effective capabilities " + held);
        });
  }

  private static Probe listing() {
    String question = "Does the kernel list its maps?";
    try {
      int count = ObjectIds.maps().size();
      return new Probe("maps.list", question, Answer.YES, count + " maps");
    } catch (KernelException e) {
      return new Probe("maps.list", question, Answer.NO, String.valueOf(e.getMessage()));
    }
  }

  private Probe batch(MapType type) {
    String spelled = type.name().toLowerCase(Locale.ROOT);
    String question = "Can maps of type " + spelled + " be read in batches?";
    try (ScratchMaps scratch = new ScratchMaps()) {
      ScratchMap map = tinyMap(scratch, type);
      ReadingEnd end = readInBatches(map, type);
      return switch (end) {
        case ReadingEnd.Whole() ->
            new Probe("batch." + spelled, question, Answer.YES, "lookup_batch: success");
        case ReadingEnd.WrongWay(String reason) ->
            new Probe("batch." + spelled, question, Answer.NO, reason);
        case ReadingEnd.CutShort(String reason) ->
            new Probe("batch." + spelled, question, Answer.UNKNOWN, reason);
      };
    } catch (KernelException e) {
      String why = String.valueOf(e.getMessage());
      return new Probe("batch." + spelled, question, Answer.UNKNOWN, why);
    }
  }

  private static ScratchMap tinyMap(ScratchMaps scratch, MapType type) {
    if (type == MapType.ARRAY_OF_MAPS || type == MapType.HASH_OF_MAPS) {
      ScratchMap inner = scratch.create(MapType.ARRAY, "probe_inner", 4, 4, 1, 0);
      ScratchMap outer = scratch.createOfMaps(type, "probe", 1, inner);
      outer.put(Bytes.of(new byte[4]), inner);
      return outer;
    }
    int flags = type == MapType.LPM_TRIE ? ScratchMaps.NO_PREALLOC : 0;
    int keySize = type == MapType.LPM_TRIE ? 8 : 4;
    return scratch.create(type, "probe", keySize, 8, 1, flags);
  }

  private ReadingEnd readInBatches(ScratchMap map, MapType type) {
    int keySize = type == MapType.LPM_TRIE ? 8 : 4;
    int valueSize = 8 * (type == MapType.PERCPU_ARRAY ? possibleCpus : 1);
    TableBuilder rows = new TableBuilder(keySize, valueSize);
    return new BatchReader(new MapShape(map.fd(), keySize, valueSize, 1), rows).read();
  }

  private static Probe bpffs() {
    String question = "Is a bpffs mounted, where maps can be pinned?";
    try {
      List<BpffsMount> mounts = BpffsMount.of(Path.of("/proc/self"));
      String where = mounts.stream().map(BpffsMount::point).collect(Collectors.joining(", "));
      return mounts.isEmpty()
          ? new Probe("bpffs", question, Answer.NO, "no mount of type bpf")
          : new Probe("bpffs", question, Answer.YES, where);
    } catch (IOException e) {
      return new Probe("bpffs", question, Answer.UNKNOWN, String.valueOf(e.getMessage()));
    }
  }

  private static List<Probe> settings() {
    return List.of(
        ask(
            "unprivileged_bpf_disabled",
            "Are users without capabilities kept from making maps?",
            "/proc/sys/kernel/unprivileged_bpf_disabled",
            text ->
                new Found(
                    text.equals("0") ? Answer.NO : Answer.YES,
                    "kernel.unprivileged_bpf_disabled = " + text)),
        ask(
            "lockdown",
            "Is the kernel locked down?",
            "/sys/kernel/security/lockdown",
            text -> new Found(text.contains("[none]") ? Answer.NO : Answer.YES, text)),
        ask(
            "kptr_restrict",
            "Are kernel addresses hidden?",
            "/proc/sys/kernel/kptr_restrict",
            text ->
                new Found(
                    text.equals("0") ? Answer.NO : Answer.YES, "kernel.kptr_restrict = " + text)),
        ask(
            "cgroup2",
            "Is cgroup version 2 mounted?",
            "/proc/self/mountinfo",
            KernelProbes::cgroup2));
  }

  private static Found cgroup2(String mountinfo) {
    return mountinfo
        .lines()
        .filter(line -> line.contains(" - cgroup2 "))
        .map(line -> new Found(Answer.YES, line.split(" ", -1)[4]))
        .findFirst()
        .orElse(new Found(Answer.NO, "no mount of type cgroup2"));
  }

  private static Probe file(String name, String question, String path) {
    boolean exists = Files.exists(Path.of(path));
    return new Probe(name, question, exists ? Answer.YES : Answer.NO, exists ? path : "no " + path);
  }

  /// What a file told.
  private record Found(Answer answer, String detail) {}

  private static Probe ask(
      String name, String question, String path, Function<String, Found> reading) {
    try {
      String text = Files.readString(Path.of(path), StandardCharsets.ISO_8859_1).strip();
      Found found = reading.apply(text);
      return new Probe(name, question, found.answer, found.detail);
    } catch (IOException e) {
      return new Probe(name, question, Answer.UNKNOWN, "cannot read " + path);
    }
  }
}
