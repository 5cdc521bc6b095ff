package dev.bpfaudit.kernel;

import java.util.Set;

/// What a function of the kernel that programs call does to the maps it is given.
enum HelperEffect {
  /// Gives a pointer to a value of the map in r1.
  LOOKS_UP,
  /// Writes the map in r1; reads key and value.
  UPDATES,
  /// Takes a value of the map in r1 into the memory in r2.
  TAKES,
  /// Calls back a function of the program with each value of the map in r1.
  GOES_THROUGH,
  /// Writes no memory that it is given, and no map.
  READS,
  /// Writes the memory in r1, and nothing else.
  FILLS_FIRST,
  /// Writes the memory in r2, and nothing else.
  FILLS_SECOND,
  /// Writes the memory in r3, and nothing else.
  FILLS_THIRD,
  /// May do anything with what it is given.
  ANYTHING;

  private static final Set<String> FILL_FIRST =
      Set.of(
          "bpf_probe_read_kernel",
          "bpf_probe_read_user",
          "bpf_probe_read_kernel_str",
          "bpf_probe_read_user_str",
          "bpf_probe_read_compat",
          "bpf_probe_read_compat_str",
          "bpf_copy_from_user",
          "bpf_get_current_comm");

  private static final Set<String> FILL_THIRD =
      Set.of("bpf_skb_load_bytes", "bpf_xdp_load_bytes", "bpf_flow_dissector_load_bytes");

  private static final Set<String> READ =
      Set.of(
          "bpf_perf_event_output",
          "bpf_perf_event_output_tp",
          "bpf_perf_event_output_raw_tp",
          "bpf_skb_event_output",
          "bpf_xdp_event_output",
          "bpf_event_output_data",
          "bpf_ringbuf_output",
          "bpf_ringbuf_submit",
          "bpf_ringbuf_discard",
          "bpf_trace_printk",
          "bpf_trace_vprintk",
          "bpf_spin_lock",
          "bpf_spin_unlock",
          "bpf_tail_call",
          "bpf_redirect",
          "bpf_redirect_neigh",
          "bpf_redirect_peer",
          "bpf_clone_redirect",
          "bpf_skb_store_bytes",
          "bpf_skb_change_type",
          "bpf_skb_pull_data",
          "bpf_skb_adjust_room",
          "bpf_skb_set_tunnel_key",
          "bpf_xdp_store_bytes",
          "bpf_xdp_adjust_head",
          "bpf_l3_csum_replace",
          "bpf_l4_csum_replace",
          "bpf_csum_diff",
          "bpf_strncmp",
          "bpf_ktime_get_ns",
          "bpf_ktime_get_boot_ns",
          "bpf_ktime_get_coarse_ns",
          "bpf_get_current_pid_tgid",
          "bpf_get_current_uid_gid",
          "bpf_get_current_task",
          "bpf_get_current_cgroup_id",
          "bpf_get_smp_processor_id",
          "bpf_get_numa_node_id",
          "bpf_user_rnd_u32");

  /// @param name of the function, empty if nobody knows it
  static HelperEffect of(String name) {
    if (name.endsWith("_lookup_elem")
        || name.endsWith("_lookup_percpu_elem")
        || name.equals("bpf_get_local_storage")) {
      return LOOKS_UP;
    }
    if (name.startsWith("bpf_for_each_") && name.endsWith("_elem")) {
      return GOES_THROUGH;
    }
    if (name.endsWith("_update_elem")
        || name.endsWith("_delete_elem")
        || name.endsWith("_push_elem")) {
      return UPDATES;
    }
    if (name.endsWith("_pop_elem") || name.endsWith("_peek_elem")) {
      return TAKES;
    }
    if (FILL_FIRST.contains(name)) {
      return FILLS_FIRST;
    }
    if (FILL_THIRD.contains(name)) {
      return FILLS_THIRD;
    }
    if (name.equals("bpf_get_stack") || name.equals("bpf_get_stack_raw_tp")) {
      return FILLS_SECOND;
    }
    return READ.contains(name) ? READS : ANYTHING;
  }
}
