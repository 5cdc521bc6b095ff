// The writer in the kernel: each time its timer fires, it counts slot 1 of `counters` up.
#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_helpers.h>

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 2);
  __type(key, __u32);
  __type(value, __u64);
} counters SEC(".maps");

__u64 writes_left;

SEC("perf_event")
int write_counter(void *context) {
  (void)context;
  __u32 slot = 1;
  __u64 *now = bpf_map_lookup_elem(&counters, &slot);
  if (now == NULL || writes_left == 0) return 0;
  writes_left--;
  __u64 next = *now + 1;
  bpf_map_update_elem(&counters, &slot, &next, BPF_ANY);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
