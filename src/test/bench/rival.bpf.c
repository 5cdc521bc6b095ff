// The rival of src/test/bench/tracer: every write of a hash map goes with its key and value through
// a perf buffer to a reader, as the known proof of concept does it. And a program that writes a map.
#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

enum { KEY_ROOM = 8, VALUE_ROOM = 32 };

struct bpf_map {
  __u32 id;
  __u32 key_size;
  __u32 value_size;
  char name[16];
} __attribute__((preserve_access_index));

struct event {
  __u32 id;
  __u32 pid;
  __u32 key_size;
  __u32 value_size;
  char name[16];
  char comm[16];
  unsigned char key[KEY_ROOM];
  unsigned char value[VALUE_ROOM];
};

struct {
  __uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
  __uint(key_size, 4);
  __uint(value_size, 4);
} events SEC(".maps");

SEC("?fexit/htab_map_update_elem")
int BPF_PROG(tell, struct bpf_map *map, const void *key, const void *value, __u64 flags, long ret) {
  (void)flags;
  if (ret != 0) return 0;
  struct event event = {.id = map->id, .key_size = map->key_size, .value_size = map->value_size};
  event.pid = bpf_get_current_pid_tgid() >> 32;
  bpf_get_current_comm(event.comm, sizeof event.comm);
  bpf_probe_read_kernel(event.name, sizeof event.name, map->name);
  bpf_probe_read_kernel(event.key, sizeof event.key, key);
  bpf_probe_read_kernel(event.value, sizeof event.value, value);
  bpf_perf_event_output(ctx, &events, BPF_F_CURRENT_CPU, &event, sizeof event);
  return 0;
}

// The map that is put in its place.
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 64);
  __uint(key_size, KEY_ROOM);
  __uint(value_size, VALUE_ROOM);
} target SEC(".maps");

__u64 calls;

SEC("?socket")
int write_map(struct __sk_buff *packet) {
  (void)packet;
  __u64 number = calls++, key = number % 4, value[VALUE_ROOM / 8] = {number};
  bpf_map_update_elem(&target, &key, value, BPF_ANY);
  return 0;
}

char LICENSE[] SEC("license") = "GPL";
