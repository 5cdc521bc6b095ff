package dev.bpfaudit.kernel;

import dev.bpfaudit.model.MapType;
import dev.bpfaudit.model.Probe;
import dev.bpfaudit.model.Probe.Group;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import me.bechberger.ebpf.bpf.raw.Lib_1;

/// What seeing writes needs. Each hook is attached with a [TinyProgram] and taken away at once;
/// what is hooked is rarely called.
final class TracingProbes {
  /// Runs for `BPF_MAP_DELETE_BATCH` on arrays and tries only, and is in the BTF and open to fentry
  /// and kprobes on 5.10 to 7.2.
  private static final String QUIET_FUNCTION = "generic_map_delete_batch";

  static final Path KPROBE_PMU = Path.of("/sys/bus/event_source/devices/kprobe/type");
  private static final Path FTRACE_ENABLED = Path.of("/proc/sys/kernel/ftrace_enabled");

  /// A multiple of the page size, whichever that is.
  private static final int RINGBUF_BYTES = 1 << 16;

  private static final long PAUSE_NANOS = 10_000_000;
  private static final int MOST_LOOKS = 500;

  private final Inquiry inquiry;
  private final Set<Long> loaded = new HashSet<>();

  TracingProbes(Inquiry inquiry) {
    this.inquiry = inquiry;
  }

  List<Probe> all() {
    List<Probe> probes =
        List.of(
            inquiry.ask(
                question("btf", "Does the kernel describe its own types?", "5.4"),
                TracingProbes::btf),
            inquiry.ask(
                question("tracepoint", "Do programs attach to tracepoints?", "4.7"),
                this::tracepoint),
            inquiry.ask(
                question("raw_tracepoint", "Do programs attach to raw tracepoints?", "4.17"),
                this::rawTracepoint),
            inquiry.ask(
                question("fentry", "Do programs attach to kernel functions directly?", "5.5"),
                this::fentry),
            inquiry.ask(question("kprobe", "Do programs attach to kprobes?", "4.17"), this::kprobe),
            inquiry.ask(
                question("bpf_iter", "Do programs walk the kernel's maps?", "5.8"),
                question -> iterator(question, "bpf_map")),
            inquiry.ask(
                question("bpf_iter.task_vma", "Do programs walk the mappings of tasks?", "5.12"),
                question -> iterator(question, "task_vma")),
            inquiry.ask(
                question("lsm", "Do programs attach to LSM hooks, and are they called?", "5.7"),
                this::lsm),
            inquiry.ask(
                question("ringbuf", "Are there ring buffers, to which programs write?", "5.8"),
                TracingProbes::ringbuf));
    awaitRelease();
    return probes;
  }

  private static Question question(String name, String text, String since) {
    return new Question(name, Group.TRACING, text, since);
  }

  private static Probe btf(Question question) {
    if (Files.exists(VmlinuxBtf.FILE)) {
      return question.yes(VmlinuxBtf.FILE.toString());
    }
    throw KernelException.refused("open " + VmlinuxBtf.FILE, Errno.ENOENT);
  }

  private Probe tracepoint(Question question) {
    try (Fd program = load(Lib_1.BPF_PROG_TYPE_TRACEPOINT())) {
      Optional<Path> tracefs = KernelFile.wholeMount("tracefs");
      if (tracefs.isEmpty()) {
        return question.unknown("loads; tracefs, which tells where to attach, is not mounted");
      }
      Path id = tracefs.get().resolve("events/task/task_rename/id");
      try (PerfEvent event = PerfEvent.ofTracepoint(Long.parseLong(KernelFile.read(id)))) {
        event.attach(program);
      }
      return question.yes("attached to task:task_rename");
    }
  }

  private Probe rawTracepoint(Question question) {
    try (Fd program = load(Lib_1.BPF_PROG_TYPE_RAW_TRACEPOINT());
        Arena arena = Arena.ofConfined();
        Fd _ = open(arena.allocateFrom("task_rename"), program)) {
      return question.yes("attached to task_rename");
    }
  }

  private Probe fentry(Question question) {
    try (Fd program =
            load(Lib_1.BPF_PROG_TYPE_TRACING(), Lib_1.BPF_TRACE_FENTRY(), QUIET_FUNCTION);
        Fd _ = open(MemorySegment.NULL, program)) {
      return ftraceIsOff()
          ? question.no("attaches, but is not called while kernel.ftrace_enabled = 0")
          : question.yes("attached to " + QUIET_FUNCTION);
    }
  }

  /// As `perf_event_open` does it; before 4.17 kprobes were made by writing to tracefs.
  private Probe kprobe(Question question) {
    if (!Files.exists(KPROBE_PMU)) {
      return question.no("not built into this kernel: no " + KPROBE_PMU, Errno.ENOENT);
    }
    try (Fd program = load(Lib_1.BPF_PROG_TYPE_KPROBE())) {
      int kind = Integer.parseInt(KernelFile.read(KPROBE_PMU));
      try (PerfEvent event = PerfEvent.ofKprobe(kind, QUIET_FUNCTION)) {
        event.attach(program);
      }
      if (kprobesAreOff()) {
        return question.no("attaches, but is not called while debugfs has kprobes/enabled = 0");
      }
      return ftraceIsOff()
          ? question.unknown("attaches; kernel.ftrace_enabled = 0 may keep it from being called")
          : question.yes("attached to " + QUIET_FUNCTION);
    }
  }

  private static boolean kprobesAreOff() {
    return KernelFile.wholeMount("debugfs")
        .map(debugfs -> debugfs.resolve("kprobes/enabled"))
        .filter(Files::isReadable)
        .filter(enabled -> KernelFile.read(enabled).equals("0"))
        .isPresent();
  }

  private Probe iterator(Question question, String kind) {
    try (Fd program =
            load(Lib_1.BPF_PROG_TYPE_TRACING(), Lib_1.BPF_TRACE_ITER(), "bpf_iter_" + kind);
        Fd link = link(program, Lib_1.BPF_TRACE_ITER());
        Fd _ = iterate(link)) {
      return question.yes("opened an iterator " + kind);
    }
  }

  /// Attaching works even where nothing is ever called: the hooks are called only if `bpf` is among
  /// the modules the machine was started with (`lsm=`).
  private Probe lsm(Question question) {
    try (Fd program = load(Lib_1.BPF_PROG_TYPE_LSM(), Lib_1.BPF_LSM_MAC(), "bpf_lsm_bpf_map");
        Fd _ = open(MemorySegment.NULL, program)) {
      Optional<Path> securityfs = KernelFile.wholeMount("securityfs");
      if (securityfs.isEmpty()) {
        return question.unknown(
            "attaches; securityfs, which tells whether it is called, is not mounted");
      }
      String modules = KernelFile.read(securityfs.get().resolve("lsm"));
      if (!List.of(modules.split(",", -1)).contains("bpf")) {
        return question.no("attaches, but is not called: no bpf in lsm=" + modules);
      }
      return ftraceIsOff()
          ? question.no("attaches, but is not called while kernel.ftrace_enabled = 0")
          : question.yes("attached to bpf_map; lsm=" + modules);
    }
  }

  private static Probe ringbuf(Question question) {
    try (ScratchMaps scratch = new ScratchMaps()) {
      scratch.create(MapType.RINGBUF, "probe", 0, 0, RINGBUF_BYTES, 0);
      return question.yes("made one");
    }
  }

  /// Then the kernel attaches as ever and calls nothing, seen on 6.1 to 7.2; 5.10 answers EBUSY.
  private static boolean ftraceIsOff() {
    return Files.exists(FTRACE_ENABLED) && KernelFile.read(FTRACE_ENABLED).equals("0");
  }

  private Fd load(int type) {
    LibbpfLibrary.load();
    return load(TinyProgram.ofType(type));
  }

  private Fd load(int type, int attachType, String function) {
    LibbpfLibrary.load();
    return load(new TinyProgram(type, attachType, VmlinuxBtf.function(function)));
  }

  private Fd load(TinyProgram program) {
    Fd fd = program.load("bpfaudit_probe", 0);
    loaded.add(new ScratchProgram(fd).id());
    return fd;
  }

  /// What hung on a raw tracepoint goes a grace period after its link was closed, about 0.1 s. Only
  /// who may list programs can wait for it.
  private void awaitRelease() {
    if (!inquiry.privileges().admin()) {
      return;
    }
    for (int looks = 0; looks < MOST_LOOKS && !loaded.isEmpty(); looks++) {
      LockSupport.parkNanos(PAUSE_NANOS);
      loaded.retainAll(ObjectIds.programs());
    }
  }

  /// Raw tracepoints by name; tracing and LSM programs know where they belong. Unlike
  /// `BPF_LINK_CREATE` every kernel that has these programs attaches them so.
  private static Fd open(MemorySegment name, Fd program) {
    int link = Lib_1.bpf_raw_tracepoint_open(name, program.number());
    return new Fd(ScratchMaps.required(link, "attach"));
  }

  private static Fd link(Fd program, int attachType) {
    int link = Lib_1.bpf_link_create(program.number(), 0, attachType, MemorySegment.NULL);
    return new Fd(ScratchMaps.required(link, "attach"));
  }

  private static Fd iterate(Fd link) {
    int iterator = Lib_1.bpf_iter_create(link.number());
    return new Fd(ScratchMaps.required(iterator, "open an iterator"));
  }
}
