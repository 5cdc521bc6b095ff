package dev.bpfaudit.kernel;

import dev.bpfaudit.model.KernelText;
import dev.bpfaudit.model.TracedProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// A process that lives, as `/proc` shows it, in the words the tracer keeps of one that wrote.
final class ProcessFacts {
  private static final int TEXT_BYTES = 256;
  private static final String DELETED = " (deleted)";

  private ProcessFacts() {}

  /// Empty if it has ended.
  ///
  /// @param startedNanos by which it is told from another of the same pid
  static Optional<TracedProcess> of(long pid, long startedNanos) {
    Path process = Path.of("/proc/" + pid);
    try {
      String status = text(process.resolve("status"));
      String cgroup = cgroup(process);
      long parent = number(status, "PPid:");
      TracedProcess facts =
          new TracedProcess(
              pid,
              startedNanos,
              comm(process),
              exe(process),
              ProcessTable.split(commandLine(process)),
              number(status, "Uid:"),
              cgroup,
              ProcessTable.container(cgroup),
              parent,
              parent == 0 ? "" : comm(Path.of("/proc/" + parent)));
      return ProcessTable.isAlive(facts) ? Optional.of(facts) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static String comm(Path process) {
    try {
      byte[] line = Files.readAllBytes(process.resolve("comm"));
      int end = line.length > 0 && line[line.length - 1] == '\n' ? line.length - 1 : line.length;
      return KernelText.decode(Arrays.copyOf(line, end));
    } catch (IOException e) {
      return ""; // the parent may have ended
    }
  }

  /// Empty for threads of the kernel.
  private static String exe(Path process) {
    try {
      String path = Files.readSymbolicLink(process.resolve("exe")).toString();
      String there =
          path.endsWith(DELETED) ? path.substring(0, path.length() - DELETED.length()) : path;
      return KernelText.decode(there.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      return "";
    }
  }

  private static byte[] commandLine(Path process) throws IOException {
    byte[] line = Files.readAllBytes(process.resolve("cmdline"));
    return Arrays.copyOf(line, Math.min(TEXT_BYTES, line.length));
  }

  private static String cgroup(Path process) throws IOException {
    return text(process.resolve("cgroup"))
        .lines()
        .filter(line -> line.startsWith("0::"))
        .map(line -> line.substring(3))
        .map(path -> path.equals("/") ? "" : path)
        .map(path -> KernelText.decode(path.getBytes(StandardCharsets.ISO_8859_1)))
        .findFirst()
        .orElse("");
  }

  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  /// The first number of a line of `/proc/PID/status`.
  private static long number(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip().split("\\s", 2)[0])
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(0);
  }
}
