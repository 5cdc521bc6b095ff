// SPDX-License-Identifier: GPL-2.0
/*
 * Writes by BPF programs where the kernel's functions cannot be hooked by trampolines: kprobes at
 * their entry. They see neither whether a write succeeds, nor the writes of programs that hang on
 * kprobes, tracepoints and perf events themselves (trace_call_bpf() in kernel/trace/bpf_trace.c).
 * System calls are calls.bpf.c's. x86-64.
 */
#include "caller.h"
#include "switches.h"
#include "target.h"

char LICENSE[] SEC("license") = "GPL";

static __always_inline void wrote(struct pt_regs *regs, struct written *what)
{
	struct who who = {.origin = ORIGIN_PROGRAM};
	struct target target = {};

	/* nothing is pushed yet: the caller's address is on top of the stack */
	bpf_probe_read_kernel(&who.caller, sizeof(who.caller), (void *)regs->sp);
	if (who.caller < MODULES_START || !look_at((void *)regs->di, &target))
		return;
	what->count = 1;
	what->flags = FLAG_DOUBTFUL;
	if (what->value)
		what->value_size = target.value_size;
	record(&target, what, &who);
}

#define HOOK(name, hooked, ...)								\
	SEC("?kprobe/" #hooked) int name(struct pt_regs *regs)				\
	{										\
		struct written what = {__VA_ARGS__};					\
		wrote(regs, &what);							\
		return 0;								\
	}

#define UPDATE(name, hooked) \
	HOOK(name, hooked, .operation = OP_UPDATE, .key = (void *)regs->si, .value = (void *)regs->dx)
#define DELETE(name, hooked) HOOK(name, hooked, .operation = OP_DELETE, .key = (void *)regs->si)
#define PUSH(name, hooked) HOOK(name, hooked, .operation = OP_PUSH, .value = (void *)regs->si)
#define POP(name, hooked) HOOK(name, hooked, .operation = OP_POP)

UPDATE(k_update_array, array_map_update_elem)
UPDATE(k_update_hash, htab_map_update_elem)
UPDATE(k_update_lru, htab_lru_map_update_elem)
UPDATE(k_update_pcpu, htab_percpu_map_update_elem)
UPDATE(k_update_lrupc, htab_lru_percpu_map_update_elem)
UPDATE(k_update_lpm, trie_update_elem)
UPDATE(k_update_rhash, rhtab_map_update_elem)
DELETE(k_delete_hash, htab_map_delete_elem)
DELETE(k_delete_lru, htab_lru_map_delete_elem)
DELETE(k_delete_lpm, trie_delete_elem)
DELETE(k_delete_sock, sock_map_delete_elem)
DELETE(k_delete_sockh, sock_hash_delete_elem)
DELETE(k_delete_rhash, rhtab_map_delete_elem)
PUSH(k_push_queue, queue_stack_map_push_elem)
PUSH(k_push_bloom, bloom_map_push_elem)
POP(k_pop_queue, queue_map_pop_elem)
POP(k_pop_stack, stack_map_pop_elem)

/* kprobes/enabled in debugfs is written (kernel/kprobes.c), and takes effect only after this. */
SEC("?kprobe/write_enabled_file_bool")
int k_switched(struct pt_regs *regs)
{
	struct switched *one = next_switched(SETTING_KPROBES);

	if (one)
		bpf_probe_read_user(one->value, 1, (void *)regs->si);
	return 0;
}
