package dev.bpfaudit.kernel;

import static java.lang.Integer.toUnsignedLong;

import dev.bpfaudit.model.Announcement;
import dev.bpfaudit.model.Bytes;
import dev.bpfaudit.model.FlatTable;
import dev.bpfaudit.model.KernelText;
import dev.bpfaudit.model.TracedProcess;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Processes that wrote, as the kernel kept them: `struct process` in `bpf/ledger.h`.
final class ProcessTable {
  static final int KEY_SIZE = 16;
  static final int VALUE_SIZE = 816;

  private static final int TEXT_BYTES = 256;
  private static final int COMM_BYTES = 16;

  /// Docker, containerd, cri-o, podman and the names Kubernetes makes of them end in it.
  private static final Pattern CONTAINER = Pattern.compile("(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])");

  private final Map<Bytes, TracedProcess> byKey = new HashMap<>();

  ProcessTable(FlatTable rows) {
    for (long i = 0; i < rows.count(); i++) {
      MemorySegment key = rows.key(i);
      byKey.put(Bytes.of(key), process(key, rows.value(i)));
    }
  }

  /// @param exec its count of `execve(2)`
  TracedProcess get(long start, int pid, int exec) {
    MemorySegment key = MemorySegment.ofArray(new long[2]);
    key.set(ValueLayout.JAVA_LONG_UNALIGNED, 0, start);
    key.set(ValueLayout.JAVA_INT_UNALIGNED, 8, pid);
    key.set(ValueLayout.JAVA_INT_UNALIGNED, 12, exec);
    TracedProcess known = byKey.get(Bytes.of(key));
    return known != null
        ? known
        : new TracedProcess(toUnsignedLong(pid), start, "", "", List.of(), 0, "", "", 0, "");
  }

  /// Keys of the processes that have ended.
  List<Bytes> ended() {
    List<Bytes> ended = new ArrayList<>();
    byKey.forEach((key, process) -> {
      if (!Files.exists(Path.of("/proc/" + process.pid()))
          || !startedTicks(Long.toString(process.pid()))
              .equals(Optional.of(ticks(process.startedNanos())))) {
        ended.add(key);
      }
    });
    return ended;
  }

  /// Whether it is there; another of the same pid is another.
  static boolean isAlive(TracedProcess process) {
    return startedTicks(Long.toString(process.pid()))
        .equals(Optional.of(ticks(process.startedNanos())));
  }

  /// Whether it is the one that asks, whatever its pid is called here.
  static boolean isThis(TracedProcess process) {
    return startedTicks("self").equals(Optional.of(ticks(process.startedNanos())));
  }

  /// The process that asks.
  static Announcement self() {
    return new Announcement(
        isInFirstNamespace() ? ProcessHandle.current().pid() : 0,
        startedTicks("self").orElseThrow(),
        BootClock.nanos());
  }

  /// Whether pids are the same here as those the kernel keeps (`PROC_PID_INIT_INO` in
  /// `include/linux/proc_ns.h`).
  private static boolean isInFirstNamespace() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/ns/pid"))
          .toString()
          .equals("pid:[4026531836]");
    } catch (IOException e) {
      return false;
    }
  }

  static long ticks(long nanos) {
    return nanos / 10_000_000;
  }

  /// Field 22 of `/proc/PID/stat`, in hundredths of a second; the name before it may hold anything.
  private static Optional<Long> startedTicks(String pid) {
    try {
      String stat =
          Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return Optional.of(Long.parseLong(fields[19]));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static TracedProcess process(MemorySegment key, MemorySegment value) {
    String cgroup = path(value, 304, unsigned(value, 12));
    return new TracedProcess(
        toUnsignedLong(key.get(ValueLayout.JAVA_INT_UNALIGNED, 8)),
        key.get(ValueLayout.JAVA_LONG_UNALIGNED, 0),
        text(value.asSlice(16, COMM_BYTES)),
        path(value, 48, unsigned(value, 8)),
        args(value.asSlice(560, Math.min(TEXT_BYTES, unsigned(value, 10)))),
        toUnsignedLong(value.get(ValueLayout.JAVA_INT_UNALIGNED, 0)),
        cgroup,
        container(cgroup),
        toUnsignedLong(value.get(ValueLayout.JAVA_INT_UNALIGNED, 4)),
        text(value.asSlice(32, COMM_BYTES)));
  }

  private static int unsigned(MemorySegment value, long at) {
    return Short.toUnsignedInt(value.get(ValueLayout.JAVA_SHORT_UNALIGNED, at));
  }

  private static String text(MemorySegment field) {
    return KernelText.decode(ObjectInfo.name(field));
  }

  /// The id of the container whose cgroup that is; empty if it is none.
  static String container(String cgroup) {
    Matcher matcher = CONTAINER.matcher(cgroup);
    String last = "";
    while (matcher.find()) {
      last = matcher.group();
    }
    return last;
  }

  /// Names from the leaf up, each with its NUL; empty if there are none.
  private static String path(MemorySegment value, long at, int size) {
    List<String> names = new ArrayList<>(split(value.asSlice(at, Math.min(TEXT_BYTES, size))));
    names.removeIf(name -> name.isEmpty() || name.equals("/"));
    Collections.reverse(names);
    return names.isEmpty() ? "" : "/" + String.join("/", names);
  }

  private static List<String> args(MemorySegment bytes) {
    return split(bytes);
  }

  private static List<String> split(MemorySegment bytes) {
    return split(bytes.toArray(ValueLayout.JAVA_BYTE));
  }

  /// Strings that end with NUL; the last may lack it.
  static List<String> split(byte[] all) {
    List<String> parts = new ArrayList<>();
    int from = 0;
    for (int i = 0; i <= all.length; i++) {
      if (i == all.length ? i > from : all[i] == 0) {
        parts.add(KernelText.decode(java.util.Arrays.copyOfRange(all, from, i)));
        from = i + 1;
      }
    }
    return parts;
  }
}
