package dev.bpfaudit.kernel;

import dev.bpfaudit.kernel.TracerRequest.Sizes;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.HookKind;
import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Operation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Loads, attaches and pins the programs of the tracer. Each is attached singly: what the kernel
/// refuses is kept with its errno.
final class TracerInstaller {
  private static final Set<String> HELPERS =
      Set.of(
          "bpf_map_update_elem",
          "bpf_map_delete_elem",
          "bpf_map_push_elem",
          "bpf_map_pop_elem",
          "____bpf_map_update_elem",
          "____bpf_map_delete_elem");

  /// By its address `bpf/file.h` tells a map's file.
  private static final String MAP_FILE = "bpf_map_release";

  private static final String HIDDEN =
      "kernel.kptr_restrict = 2 hides the address of "
          + MAP_FILE
          + "; set it to 1 while the tracer is installed, and install it anew";

  private static final int MOST_HELPERS = 8;
  private static final int MOST_TYPES = 64;
  private static final int HOOKS_AT = 16 + 16 * MOST_HELPERS + 4 * MOST_TYPES;
  static final int CONFIGURATION_BYTES = HOOKS_AT + 8;
  private static final List<MapType> TYPES = List.of(MapType.values());
  private static final List<Operation> OPERATIONS = List.of(Operation.values());

  private final long hooksId;
  private final long installationId;
  private final Sizes sizes;
  private final long seed;
  private final int possibleCpus;
  private final Map<Hook, HookState> states = new LinkedHashMap<>();
  private final KernelFunctions functions;
  private final List<Kallsyms.Range> helpers = Kallsyms.functions(HELPERS);

  /// @param hooksId of the table of hooks, which only user space writes
  /// @param installationId likewise
  TracerInstaller(
      Sizes sizes,
      long seed,
      int possibleCpus,
      KernelFunctions functions,
      long hooksId,
      long installationId) {
    this.hooksId = hooksId;
    this.installationId = installationId;
    this.sizes = sizes;
    this.seed = seed;
    this.possibleCpus = possibleCpus;
    this.functions = functions;
  }

  /// What became of every hook so far.
  Map<Hook, HookState> states() {
    return states;
  }

  /// Keeps the programs that are there, and those that will be loaded.
  void programs() {
    load(Hook.PROGRAMS, List.of(HookTable.LOADED), "present", Set.of());
  }

  /// Attaches to the kernel's functions.
  void operations() {
    load(Hook.OPERATIONS, HookTable.OPERATIONS, "", Set.of());
  }

  /// Attaches kprobes to the kernel's functions.
  ///
  /// @return why none is attached; empty if any is
  String kprobes() {
    if (!Files.exists(TracingProbes.KPROBE_PMU)) {
      return "kprobe: not built into this kernel";
    }
    load(Hook.KPROBES, HookTable.KPROBES, "", Set.of());
    if (!attached(HookTable.KPROBES).isEmpty()) {
      return "";
    }
    String why = "";
    for (Hook hook : HookTable.KPROBES) {
      HookState refused = states.remove(hook);
      why = refused == null ? why : "kprobe: " + refused.why();
    }
    return why;
  }

  /// Attaches to the system call, by fentry or by tracepoints.
  void calls(HookKind kind) {
    List<Hook> hooks = kind == HookKind.FENTRY ? HookTable.RETURNS : HookTable.TRACEPOINTS;
    if (Kallsyms.functions(Set.of(MAP_FILE)).isEmpty()) {
      hooks.forEach(hook -> states.put(hook, HookState.refused(HIDDEN)));
      return;
    }
    load(Hook.CALLS, hooks, "", attached(HookTable.OPERATIONS));
  }

  /// Attaches to the root of the cgroups, where every setting below `/proc/sys` is written.
  void witness() {
    load(Hook.WITNESS, List.of(HookTable.WITNESS), "", Set.of());
  }

  /// The hooks of `among` that are attached.
  private Set<Hook> attached(List<Hook> among) {
    Set<Hook> attached = new java.util.HashSet<>(among);
    attached.removeIf(hook -> !states.containsKey(hook) || !states.get(hook).attached());
    return attached;
  }

  private void load(String object, List<Hook> hooks, String iterator, Set<Hook> seenElsewhere) {
    List<Hook> present = hooks.stream().filter(functions::has).toList();
    List<String> names = new ArrayList<>(present.stream().map(Hook::program).toList());
    names.add(iterator);
    try (BpfObject opened = open(object, seenElsewhere)) {
      if (opened.load(names::contains) == 0) {
        present.forEach(hook -> attach(opened, hook));
        if (!iterator.isEmpty()) {
          BpfIterator.run(opened.program(iterator));
        }
        return;
      }
    }
    for (Hook hook : present) { // one of them is refused: find out which
      try (BpfObject opened = open(object, seenElsewhere)) {
        int failed = opened.load(hook.program()::equals);
        if (failed == 0) {
          attach(opened, hook);
        } else {
          states.put(hook, HookState.refused("load: " + Errno.describe(failed)));
        }
      }
    }
    if (!iterator.isEmpty()) {
      try (BpfObject opened = open(object, seenElsewhere)) {
        if (opened.load(iterator::equals) == 0) {
          BpfIterator.run(opened.program(iterator));
        }
      }
    }
  }

  private BpfObject open(String name, Set<Hook> seenElsewhere) {
    BpfObject object = new BpfObject(name);
    object.configure(configuration(seenElsewhere));
    Map<String, Integer> tables = new HashMap<>();
    tables.put(TracerFiles.WRITES, sizes.writes());
    tables.put(TracerFiles.OVERFLOW, sizes.overflow());
    tables.put(TracerFiles.HANDLES, sizes.writes());
    tables.put(TracerFiles.PROCESSES, sizes.processes());
    tables.put(TracerFiles.PROGRAMS, sizes.programs());
    tables.put(TracerFiles.TOTALS, 1);
    tables.put(TracerFiles.STATE, 1);
    tables.put(TracerFiles.CALLS, sizes.calls());
    tables.put(TracerFiles.SWITCHES, 1);
    tables.put(TracerFiles.CUSTODY, 1);
    tables.forEach((table, entries) -> object.pin(table, TracerFiles.of(table), entries));
    return object;
  }

  /// `struct configuration` in `bpf/ledger.h`.
  private MemorySegment configuration(Set<Hook> seenElsewhere) {
    MemorySegment to = Arena.ofAuto().allocate(CONFIGURATION_BYTES, 8);
    to.set(ValueLayout.JAVA_LONG, 0, seed);
    to.set(ValueLayout.JAVA_INT, 8, sizes.keyedEntries());
    to.set(ValueLayout.JAVA_INT, 12, possibleCpus);
    for (int i = 0; i < Math.min(MOST_HELPERS, helpers.size()); i++) {
      to.set(ValueLayout.JAVA_LONG, 16 + 8L * i, helpers.get(i).start());
      to.set(ValueLayout.JAVA_LONG, 16 + 8L * (MOST_HELPERS + i), helpers.get(i).end());
    }
    for (Hook hook : seenElsewhere) {
      if (hook.seesCalls()) {
        hook.types().forEach(type -> mark(to, type, hook.operations()));
      }
    }
    to.set(ValueLayout.JAVA_INT, HOOKS_AT, (int) hooksId);
    to.set(ValueLayout.JAVA_INT, HOOKS_AT + 4, (int) installationId);
    return to;
  }

  private static void mark(MemorySegment to, MapType type, Set<Operation> operations) {
    long at = 16 + 16L * MOST_HELPERS + 4L * TYPES.indexOf(type);
    int bits = to.get(ValueLayout.JAVA_INT, at);
    for (Operation operation : operations) {
      bits |= 1 << OPERATIONS.indexOf(operation);
    }
    to.set(ValueLayout.JAVA_INT, at, bits);
  }

  private void attach(BpfObject object, Hook hook) {
    if (hook.equals(HookTable.UPDATE_VALUE) && !needsUpdateValue()) {
      return;
    }
    int program = object.program(hook.program());
    try (Fd link = HookLink.attach(hook, program)) {
      PinnedObject.pin(link, TracerFiles.of(hook));
      PinnedObject.LinkFacts facts = PinnedObject.link(link);
      states.put(hook, HookState.attached(BootClock.nanos(), facts));
    } catch (KernelException e) {
      states.put(hook, HookState.refused(e.refusal()));
    }
  }

  /// Where tries and queues cannot be hooked themselves.
  private boolean needsUpdateValue() {
    return HookTable.OPERATIONS.stream()
        .filter(hook -> hook.program().equals("update_lpm") || hook.program().equals("push_queue"))
        .filter(hook -> !hook.equals(HookTable.UPDATE_VALUE))
        .anyMatch(hook -> !states.containsKey(hook) || !states.get(hook).attached());
  }

  /// SHA-256 over the compiled objects.
  static Bytes build() {
    try {
      var digest = java.security.MessageDigest.getInstance("SHA-256");
      BpfObject.all().forEach(name -> digest.update(BpfObject.bytes(name)));
      return Bytes.of(digest.digest());
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
