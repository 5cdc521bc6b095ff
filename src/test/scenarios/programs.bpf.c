// Writers in the kernel: each program, when its own trigger comes, does one operation on `target`.
#include <linux/bpf.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/ptrace.h>
#include <linux/types.h>
#include <linux/udp.h>
#include <stddef.h>

#include <bpf/bpf_endian.h>
#include <bpf/bpf_helpers.h>

#include "programs.h"

#if defined(__TARGET_ARCH_x86)
#define GETPGID "__x64_sys_getpgid"
#define FIRST_ARGUMENT offsetof(struct pt_regs, rdi)
#elif defined(__TARGET_ARCH_arm64)
#define GETPGID "__arm64_sys_getpgid"
#define FIRST_ARGUMENT 0
#endif

// The map that the loader puts in its place.
struct {
  __uint(type, BPF_MAP_TYPE_HASH);
  __uint(max_entries, 1);
  __uint(key_size, 4);
  __uint(value_size, 4);
} target SEC(".maps");

const volatile struct order order;

// In a function of its own, so that the write comes from a BPF subprogram.
static __noinline long write_below(void) {
  return bpf_map_update_elem(&target, (const void *)order.key, (const void *)order.value, BPF_ANY);
}

static __always_inline void write_and_undo(void) {
  const void *key = (const void *)order.key;
  const unsigned long long *there = bpf_map_lookup_elem(&target, key);
  unsigned long long before = there == NULL ? 0 : *there;
  bpf_map_update_elem(&target, key, (const void *)order.value, BPF_ANY);
  if (there == NULL) {
    bpf_map_delete_elem(&target, key);
  } else {
    bpf_map_update_elem(&target, key, &before, BPF_ANY);
  }
}

// Global data: the loader may put a map in the place of this section.
unsigned long long global;

static __always_inline unsigned long long ordered(void) {
  return *(const volatile unsigned long long *)order.value;
}

static __always_inline volatile unsigned long long *look(void) {
  return bpf_map_lookup_elem(&target, (const void *)order.key);
}

// No function runs when it writes.
static __always_inline void store(void) {
  volatile unsigned long long *value = look();
  if (value) *value = ordered();
}

// Only looks.
static __always_inline void compare(void) {
  volatile unsigned long long *value = look();
  if (value && *value == ordered()) bpf_ktime_get_ns();
}

// A key of 4 bytes and a value of 8, which begins with 4 bytes of the order's.
static __always_inline void flood(void) {
  __u32 key = bpf_get_prandom_u32() % FLOOD_KEYS;
  __u32 value[2] = {*(const volatile __u32 *)order.value, (__u32)bpf_ktime_get_ns()};
  bpf_map_update_elem(&target, &key, value, BPF_ANY);
}

static __always_inline void write_map(void) {
  if (order.operation == UPDATE) {
    bpf_map_update_elem(&target, (const void *)order.key, (const void *)order.value, BPF_ANY);
  } else if (order.operation == DELETE) {
    bpf_map_delete_elem(&target, (const void *)order.key);
  } else if (order.operation == PUSH) {
    bpf_map_push_elem(&target, (const void *)order.value, BPF_ANY);
  } else if (order.operation == BELOW) {
    write_below();
  } else if (order.operation == PASS) {
    write_and_undo();
  } else if (order.operation == STORE) {
    store();
  } else if (order.operation == READ) {
    compare();
  } else if (order.operation == GLOBAL) {
    *(volatile unsigned long long *)&global = ordered();
  } else if (order.operation == FLOOD) {
    flood();
  }
}

// The system call getpgid(magic): nobody else asks that.
static __always_inline void write_if_asked(const void *registers) {
  unsigned long argument = 0;
  bpf_probe_read_kernel(&argument, sizeof argument, (const char *)registers + FIRST_ARGUMENT);
  if (argument == order.magic) write_map();
}

SEC("raw_tp/sys_enter")
int raw_tp_writer(struct bpf_raw_tracepoint_args *context) {
  if (context->args[1] == order.getpgid) write_if_asked((const void *)context->args[0]);
  return 0;
}

struct sys_enter {
  unsigned long common;
  long number;
  unsigned long arguments[6];
};

SEC("tracepoint/syscalls/sys_enter_getpgid")
int tp_writer(struct sys_enter *context) {
  if (context->arguments[0] == order.magic) write_map();
  return 0;
}

SEC("kprobe/" GETPGID)
int kprobe_writer(struct pt_regs *context) {
  const void *registers = NULL;
  bpf_probe_read_kernel(&registers, sizeof registers, (const char *)context + FIRST_ARGUMENT);
  write_if_asked(registers);
  return 0;
}

SEC("fentry/" GETPGID)
int fentry_writer(unsigned long long *context) {
  write_if_asked((const void *)context[0]);
  return 0;
}

SEC("xdp")
int xdp_writer(struct xdp_md *context) {
  void *end = (void *)(long)context->data_end;
  struct ethhdr *ethernet = (void *)(long)context->data;
  struct iphdr *ip = (void *)(ethernet + 1);
  struct udphdr *udp = (void *)(ip + 1);
  if ((void *)(udp + 1) > end || ethernet->h_proto != bpf_htons(ETH_P_IP) ||
      ip->protocol != 17 || udp->dest != bpf_htons(PORT)) {
    return XDP_PASS;
  }
  write_map();
  return XDP_PASS;
}

SEC("socket")
int socket_writer(struct __sk_buff *context) {
  write_map();
  return context->len;
}

SEC("perf_event")
int timer_writer(void *context) {
  (void)context;
  write_map();
  return 0;
}

SEC("cgroup_skb/egress")
int cgroup_writer(struct __sk_buff *context) {
  (void)context;
  write_map();
  return 1;
}

SEC("cgroup/sock_create")
int sock_writer(struct bpf_sock *context) {
  (void)context;
  write_map();
  return 1;
}

char LICENSE[] SEC("license") = "GPL";
