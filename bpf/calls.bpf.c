// SPDX-License-Identifier: GPL-2.0
/*
 * The system call bpf(2), at its return: creating, opening, freezing and mapping maps, and every
 * write that no hook of operations.bpf.c sees. Where functions cannot be hooked at all, the raw
 * tracepoints of all system calls do the same; links of ordinary ones cannot be pinned on 5.10.
 */
#include "call.h"

char LICENSE[] SEC("license") = "GPL";

#define NR_BPF 321
#define NR_MMAP 9
#define NR_BPF_IA32 357
#define PROT_WRITE 2
#define MAP_SHARED 1
#define VM_WRITE 2
#define VM_SHARED 8

static __always_inline void whole(__u8 operation, struct bpf_map *map)
{
	struct written what = {.operation = operation, .count = 1};
	struct who who = {.origin = ORIGIN_CALL};
	struct target target = {};

	if (look_at(map, &target))
		record(&target, &what, &who);
}

/* 5.10 does not know struct pt_regs where it describes this function, and refuses ctx[i]. */
static __always_inline void *argument(const void *ctx, int i)
{
	void *pointer = NULL;

	bpf_probe_read_kernel(&pointer, sizeof(pointer), ctx + i * 8);
	return pointer;
}

SEC("?fexit/__x64_sys_bpf")
int call_64(unsigned long long *ctx)
{
	struct pt_regs *regs = argument(ctx, 0);

	returned(BPF_CORE_READ(regs, di), (void *)BPF_CORE_READ(regs, si),
		 (long)argument(ctx, 1), NULL);
	return 0;
}

SEC("?fexit/__ia32_sys_bpf")
int call_32(unsigned long long *ctx)
{
	struct pt_regs *regs = argument(ctx, 0);

	returned((__u32)BPF_CORE_READ(regs, bx), (void *)(__u64)(__u32)BPF_CORE_READ(regs, cx),
		 (long)argument(ctx, 1), NULL);
	return 0;
}

SEC("?fexit/bpf_map_mmap")
int mapped(unsigned long long *ctx)
{
	struct file *file = (void *)ctx[0];
	struct vm_area_struct *area = (void *)ctx[1];
	unsigned long flags = BPF_CORE_READ(area, vm_flags);

	if ((int)ctx[2] == 0 && flags & VM_WRITE && flags & VM_SHARED)
		whole(OP_MMAP, BPF_CORE_READ(file, private_data));
	return 0;
}

/*
 * Whoever closes the last descriptor of a map that nothing else refers to. The end of a pin or of a
 * program comes later, in nobody's name: bpf_free_inode() runs in softirq, bpf_free_used_maps() in
 * a worker.
 */
SEC("?fentry/bpf_map_release")
int released(unsigned long long *ctx)
{
	struct file *file = argument(ctx, 1);
	struct bpf_map *map = BPF_CORE_READ(file, private_data);

	if (BPF_CORE_READ(map, refcnt.counter) == 1)
		whole(OP_RELEASE, map);
	return 0;
}

static __always_inline bool is_bpf(long number, struct pt_regs *regs, __u32 *command,
				   const void **attr)
{
	if (number == NR_BPF) {
		*command = BPF_CORE_READ(regs, di);
		*attr = (void *)BPF_CORE_READ(regs, si);
		return true;
	}
	if (number == NR_BPF_IA32) {
		*command = (__u32)BPF_CORE_READ(regs, bx);
		*attr = (void *)(__u64)(__u32)BPF_CORE_READ(regs, cx);
		return true;
	}
	return false;
}

SEC("?raw_tp/sys_enter")
int entered(struct bpf_raw_tracepoint_args *ctx)
{
	struct pt_regs *regs = (void *)ctx->args[0];
	__u64 thread = bpf_get_current_pid_tgid();
	struct element given = {};
	struct target map = {};
	struct totals *sums;
	struct call call = {};
	const void *attr;
	__u32 command;

	if (!is_bpf(ctx->args[1], regs, &command, &attr))
		return 0;
	if (sees_batch(command)) {
		struct batch many = {};

		if (!bpf_probe_read_user(&many, sizeof(many), attr))
			noted(map_of(many.fd));
		return 0;
	}
	if (!sees_element(command) || bpf_probe_read_user(&given, sizeof(given), attr))
		return 0;
	call.map = map_of(given.fd);
	if (noted(call.map) || !look_at(call.map, &map)) /* the caller may change its arguments */
		return 0;
	fingerprint(&call, command, &given, &map);
	if (bpf_map_update_elem(&calls, &thread, &call, BPF_ANY)) {
		sums = my_totals();
		if (sums)
			__sync_fetch_and_add(&sums->calls_lost, 1);
	}
	return 0;
}

SEC("?raw_tp/sys_exit")
int left(struct bpf_raw_tracepoint_args *ctx)
{
	struct pt_regs *regs = (void *)ctx->args[0];
	long number = BPF_CORE_READ(regs, orig_ax);
	__u64 thread;
	const void *attr;
	__u32 command;

	if (!is_bpf(number, regs, &command, &attr))
		return 0;
	thread = bpf_get_current_pid_tgid();
	returned(command, attr, ctx->args[1], bpf_map_lookup_elem(&calls, &thread));
	bpf_map_delete_elem(&calls, &thread);
	return 0;
}

SEC("?raw_tp/sys_exit")
int left_mmap(struct bpf_raw_tracepoint_args *ctx)
{
	struct pt_regs *regs = (void *)ctx->args[0];

	if (BPF_CORE_READ(regs, orig_ax) == NR_MMAP && (long)ctx->args[1] > 0 &&
	    BPF_CORE_READ(regs, dx) & PROT_WRITE && BPF_CORE_READ(regs, r10) & MAP_SHARED)
		whole(OP_MMAP, map_of(BPF_CORE_READ(regs, r8)));
	return 0;
}
