package dev.bpfaudit.model;

/// By what a path is watched.
public enum HookKind {
  /// `BPF_TRACE_FENTRY` or `BPF_TRACE_FEXIT`: sees every call of the function.
  FENTRY("fentry"),
  /// Is not called for writes made while another kprobe or tracepoint program runs, nor for most
  /// system calls (`bpf_prog_active` in `kernel/trace/bpf_trace.c`).
  KPROBE("kprobe"),
  /// Raw tracepoints `sys_enter` and `sys_exit`: sees system calls, and reads what they were given
  /// from memory that their caller can change meanwhile.
  TRACEPOINT("tracepoint");

  /// As reports spell it.
  public final String label;

  HookKind(String label) {
    this.label = label;
  }
}
