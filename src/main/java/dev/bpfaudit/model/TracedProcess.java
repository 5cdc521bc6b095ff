package dev.bpfaudit.model;

import java.util.List;

/// A process as it was when it first wrote: it may be gone since. All text is an attacker's.
///
/// @param pid of the thread group, in the initial pid namespace
/// @param startedNanos `CLOCK_BOOTTIME` when it was started; with the pid it names one process
/// @param comm at most 15 characters
/// @param exe path in the mount namespace of the process; empty if it could not be read
/// @param args as they stood in its memory, cut off after 256 bytes; the process can change them
/// @param cgroup path in the version 2 hierarchy
/// @param container id of 64 hex digits found in `cgroup`; empty if there is none
/// @param parentPid 0 if unknown
public record TracedProcess(
    long pid,
    long startedNanos,
    String comm,
    String exe,
    List<String> args,
    long uid,
    String cgroup,
    String container,
    long parentPid,
    String parentComm) {
  public TracedProcess {
    args = List.copyOf(args);
  }
}
