package dev.bpfaudit.kernel;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What this process may ask of the kernel, to tell "you may not" from "I cannot".
///
/// @param capabilities the effective ones, a bit each
/// @param firstUserNamespace whether they count: `bpf(2)` and `perf_event_open(2)` ask for those of
///   the user namespace the machine began with
/// @param filtered whether seccomp may answer in the kernel's place
record Privileges(long capabilities, boolean firstUserNamespace, boolean filtered) {
  private static final int CAP_NET_ADMIN = 12;
  private static final int CAP_SYS_ADMIN = 21;

  /// `PROC_USER_INIT_INO` of `include/linux/proc_ns.h`.
  private static final String FIRST = "user:[4026531837]";

  static Privileges own() {
    String status = KernelFile.read(Path.of("/proc/self/status"));
    return new Privileges(
        Long.parseUnsignedLong(field(status, "CapEff:"), 16),
        namespace().equals(FIRST),
        !field(status, "Seccomp:").equals("0"));
  }

  /// Whether this process may do everything the probes try; CAP_SYS_ADMIN includes CAP_BPF and
  /// CAP_PERFMON.
  boolean admin() {
    return ((capabilities >>> CAP_SYS_ADMIN) & 1) == 1 && firstUserNamespace;
  }

  boolean netAdmin() {
    return ((capabilities >>> CAP_NET_ADMIN) & 1) == 1 && firstUserNamespace;
  }

  /// Why a refusal may be none of the kernel's own; empty if it can be nothing else.
  String doubt() {
    if (!firstUserNamespace) {
      return "; in a user namespace capabilities do not count";
    }
    if (!admin()) {
      return "; this process lacks CAP_SYS_ADMIN";
    }
    return filtered ? "; it may be this process's seccomp filter that refuses" : "";
  }

  private static String namespace() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/self/ns/user")).toString();
    } catch (IOException e) {
      return FIRST;
    }
  }

  private static String field(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).strip())
        .findFirst()
        .orElse("0");
  }
}
