package dev.bpfaudit.model;

import java.util.List;

/// `enum bpf_prog_type` of `include/uapi/linux/bpf.h`, spelled as bpftool does.
final class ProgramType {
  private static final List<String> NAMES =
      List.of(
          "unspec",
          "socket_filter",
          "kprobe",
          "sched_cls",
          "sched_act",
          "tracepoint",
          "xdp",
          "perf_event",
          "cgroup_skb",
          "cgroup_sock",
          "lwt_in",
          "lwt_out",
          "lwt_xmit",
          "sock_ops",
          "sk_skb",
          "cgroup_device",
          "sk_msg",
          "raw_tracepoint",
          "cgroup_sock_addr",
          "lwt_seg6local",
          "lirc_mode2",
          "sk_reuseport",
          "flow_dissector",
          "cgroup_sysctl",
          "raw_tracepoint_writable",
          "cgroup_sockopt",
          "tracing",
          "struct_ops",
          "ext",
          "lsm",
          "sk_lookup",
          "syscall",
          "netfilter");

  private ProgramType() {}

  static String spell(long number) {
    return number >= 0 && number < NAMES.size()
        ? NAMES.get(Math.toIntExact(number))
        : "type_" + number;
  }
}
