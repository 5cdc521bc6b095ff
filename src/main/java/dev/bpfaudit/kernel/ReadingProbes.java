package dev.bpfaudit.kernel;

import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Probe;
import dev.bpfaudit.model.Probe.Group;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import me.bechberger.ebpf.bpf.raw.Lib_1;
import org.jspecify.annotations.Nullable;

/// What listing and reading maps needs. Batches are tried on tiny maps of our own.
final class ReadingProbes {
  /// A type that has batches, and since which release.
  record Batched(MapType type, String since) {
    private String name() {
      return type.name().toLowerCase(Locale.ROOT);
    }

    private boolean ofMaps() {
      return type == MapType.ARRAY_OF_MAPS || type == MapType.HASH_OF_MAPS;
    }

    private boolean needsNoPreallocation() {
      return type == MapType.LPM_TRIE || type == MapType.RHASH;
    }

    private int keySize() {
      return type == MapType.LPM_TRIE ? 8 : 4;
    }
  }

  /// Every type that [ReadingMethod] reads in batches where it can.
  static final List<Batched> BATCHED =
      List.of(
          new Batched(MapType.HASH, "5.6"),
          new Batched(MapType.PERCPU_HASH, "5.6"),
          new Batched(MapType.LRU_HASH, "5.6"),
          new Batched(MapType.LRU_PERCPU_HASH, "5.6"),
          new Batched(MapType.ARRAY, "5.6"),
          new Batched(MapType.PERCPU_ARRAY, "5.13"),
          new Batched(MapType.LPM_TRIE, "5.13"),
          new Batched(MapType.ARRAY_OF_MAPS, "5.19"),
          new Batched(MapType.HASH_OF_MAPS, "5.19"),
          new Batched(MapType.RHASH, "7.2"));

  private static final int VALUE_BYTES = 8;

  private final Inquiry inquiry;
  private final int possibleCpus;

  ReadingProbes(Inquiry inquiry, int possibleCpus) {
    this.inquiry = inquiry;
    this.possibleCpus = possibleCpus;
  }

  List<Probe> all(Privileges privileges) {
    List<Probe> probes = new ArrayList<>();
    probes.add(libbpf(question("libbpf", "Is libbpf 1.1 or newer installed?", null)));
    probes.add(
        capability(
            question("cap_sys_admin", "May this process list and open every map?", null),
            privileges));
    probes.add(
        inquiry.ask(
            question("maps.list", "Does the kernel list its maps?", "4.13"), ReadingProbes::list));
    for (Batched batched : BATCHED) {
      String text = "Can maps of type " + batched.name() + " be read in batches?";
      probes.add(
          inquiry.ask(
              question("batch." + batched.name(), text, batched.since()),
              question -> batch(question, batched)));
    }
    return probes;
  }

  private static Question question(String name, String text, @Nullable String since) {
    return new Question(name, Group.READING, text, since);
  }

  private static Probe libbpf(Question question) {
    try {
      LibbpfLibrary.load();
      return question.yes(Lib_1.libbpf_version_string().getString(0));
    } catch (KernelException e) {
      return question.no(String.valueOf(e.getMessage()));
    }
  }

  private static Probe capability(Question question, Privileges privileges) {
    String held = "effective capabilities " + HexFormat.of().toHexDigits(privileges.capabilities());
    return privileges.admin() ? question.yes(held) : question.no(held + privileges.doubt());
  }

  private static Probe list(Question question) {
    LibbpfLibrary.load();
    int maps = ObjectIds.maps().size();
    return question.yes(maps == 1 ? "1 map" : maps + " maps");
  }

  private Probe batch(Question question, Batched batched) {
    try (ScratchMaps scratch = new ScratchMaps()) {
      ScratchMap map;
      try {
        map = tinyMap(scratch, batched);
      } catch (KernelException e) {
        if (Math.abs(e.errno()) == Errno.EINVAL) {
          throw e; // a type this kernel does not know
        }
        return question.unknown(e.refusal(), e.errno());
      }
      int end = lookupBatch(map, batched);
      if (end < 0 && end != -Errno.ENOENT) {
        throw KernelException.refused("lookup_batch", end);
      }
      return question.yes("lookup_batch: success");
    }
  }

  private static ScratchMap tinyMap(ScratchMaps scratch, Batched batched) {
    if (batched.ofMaps()) {
      ScratchMap inner = scratch.create(MapType.ARRAY, "probe_inner", 4, 4, 1, 0);
      ScratchMap outer = scratch.createOfMaps(batched.type(), "probe", 1, inner);
      outer.put(Bytes.of(new byte[4]), inner);
      return outer;
    }
    int flags = batched.needsNoPreallocation() ? ScratchMaps.NO_PREALLOC : 0;
    return scratch.create(batched.type(), "probe", batched.keySize(), VALUE_BYTES, 1, flags);
  }

  /// One call with room for one entry. At the end of the map the kernel says ENOENT.
  private int lookupBatch(ScratchMap map, Batched batched) {
    try (Arena arena = Arena.ofConfined()) {
      int cpus = batched.type().perCpu() ? possibleCpus : 1;
      return Lib_1.bpf_map_lookup_batch(
          map.fd(),
          MemorySegment.NULL,
          arena.allocate(batched.keySize(), 8),
          arena.allocate(batched.keySize(), 8),
          arena.allocate((long) VALUE_BYTES * cpus, 8),
          arena.allocateFrom(ValueLayout.JAVA_INT, 1),
          MemorySegment.NULL);
    }
  }
}
