// SPDX-License-Identifier: GPL-2.0
/*
 * The system call bpf(2), at its return: creating, opening, freezing and mapping maps, and every
 * write that no hook of operations.bpf.c sees. Where functions cannot be hooked at all, the raw
 * tracepoints of all system calls do the same; links of ordinary ones cannot be pinned on 5.10.
 */
#include "file.h"
#include "target.h"
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

#define NR_BPF 321
#define NR_MMAP 9
#define NR_BPF_IA32 357
#define PROT_WRITE 2
#define MAP_SHARED 1
#define VM_WRITE 2
#define VM_SHARED 8

/* The parts of union bpf_attr that name a map, keys and values. */
struct element {
	__u32 fd;
	__u32 unused;
	__u64 key;
	__u64 value;
};

struct batch {
	__u64 in;
	__u64 out;
	__u64 keys;
	__u64 values;
	__u32 count;
	__u32 fd;
};

static __always_inline bool is_queue(enum bpf_map_type type)
{
	return type == BPF_MAP_TYPE_QUEUE || type == BPF_MAP_TYPE_STACK ||
	       type == BPF_MAP_TYPE_BLOOM_FILTER;
}

static __always_inline bool is_per_cpu(enum bpf_map_type type)
{
	return type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_ARRAY ||
	       type == BPF_MAP_TYPE_LRU_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE;
}

static __always_inline __u8 operation_of(__u32 command, enum bpf_map_type type)
{
	switch (command) {
	case BPF_MAP_UPDATE_ELEM:
	case BPF_MAP_UPDATE_BATCH:
		return is_queue(type) ? OP_PUSH : OP_UPDATE;
	case BPF_MAP_LOOKUP_AND_DELETE_ELEM:
		return is_queue(type) ? OP_POP : OP_LOOKUP_AND_DELETE;
	case BPF_MAP_LOOKUP_AND_DELETE_BATCH:
		return OP_LOOKUP_AND_DELETE;
	default:
		return OP_DELETE;
	}
}

static __always_inline bool sees_element(__u32 command)
{
	return command == BPF_MAP_UPDATE_ELEM || command == BPF_MAP_DELETE_ELEM ||
	       command == BPF_MAP_LOOKUP_AND_DELETE_ELEM;
}

static __always_inline bool sees_batch(__u32 command)
{
	return command == BPF_MAP_UPDATE_BATCH || command == BPF_MAP_DELETE_BATCH ||
	       command == BPF_MAP_LOOKUP_AND_DELETE_BATCH;
}

/* Fills in key and value of a command on one element. */
static __always_inline void read_element(__u32 command, const struct element *given,
					 const struct target *map, struct written *what)
{
	what->user = true;
	if (!is_queue(map->type))
		what->key = (void *)given->key;
	if (command != BPF_MAP_UPDATE_ELEM)
		return;
	what->value = (void *)given->value;
	what->value_size = is_per_cpu(map->type) ?
				   ((map->value_size + 7) & ~7U) * possible_cpus :
				   shown_size(map->type, map->value_size);
	if (!what->value_size) {
		__u32 fd = 0;

		if (!bpf_probe_read_user(&fd, sizeof(fd), what->value))
			what->value_id = id_behind(map->type, fd);
	}
}

/* What stands in the caller's memory now, for comparison. */
static __always_inline void fingerprint(struct call *call, __u32 command,
					const struct element *given, const struct target *map)
{
	struct written what = {};

	read_element(command, given, map, &what);
	if (what.key)
		call->key_hash = hash_of_user((__u64)what.key, map->key_size);
	if (what.value)
		call->value_hash = hash_of_user((__u64)what.value, what.value_size ?: sizeof(__u32));
}

static __always_inline bool seen_by_hook(const struct target *map, __u8 operation)
{
	__u64 type = map->type;

	barrier_var(type); /* or 5.10 sees a bound on another copy of it */
	return type < MOST_TYPES && configuration.seen_elsewhere[type] & 1 << operation;
}

static __always_inline bool element_written(__u32 command, const void *attr, long ret,
					    const struct call *entry, struct target *map,
					    struct written *what)
{
	struct bpf_map *found;
	struct element given = {};
	struct call now = {};

	if (ret < 0 || bpf_probe_read_user(&given, sizeof(given), attr))
		return false;
	found = map_of(given.fd);
	if (!found)
		return false;
	now.map = found;
	map->type = BPF_CORE_READ(found, map_type);
	what->operation = operation_of(command, map->type);
	if (seen_by_hook(map, what->operation))
		return false;
	if (!look_at(found, map))
		return false;
	read_element(command, &given, map, what);
	what->flags = FLAG_DOUBTFUL; /* unless the entry saw the same */
	if (entry) {
		fingerprint(&now, command, &given, map);
		if (entry->map == now.map && entry->key_hash == now.key_hash &&
		    entry->value_hash == now.value_hash)
			what->flags = 0;
	}
	return true;
}

/* Which keys is not kept; how many is, unless the command failed half-way. */
static __always_inline bool batch_written(__u32 command, const void *attr, long ret,
					  struct target *map, struct written *what)
{
	struct batch given = {};

	if (bpf_probe_read_user(&given, sizeof(given), attr) || !look_at(map_of(given.fd), map))
		return false;
	what->operation = operation_of(command, map->type);
	/* a hash takes its entries out itself, without calling the function for one of them */
	if (command != BPF_MAP_LOOKUP_AND_DELETE_BATCH && seen_by_hook(map, what->operation))
		return false;
	what->flags = FLAG_BATCH | FLAG_KEY_UNKNOWN;
	what->user = true;
	what->count = given.count;
	what->key = attr;
	if (command == BPF_MAP_UPDATE_BATCH)
		what->value = attr;
	if (ret < 0) {
		what->flags |= FLAG_DOUBTFUL;
		if (!what->count)
			what->count = 1;
	}
	return what->count > 0;
}

static __always_inline bool whole_changed(__u32 command, const void *attr, long ret,
					  struct target *map, struct written *what)
{
	__u32 fd = ret;

	if (ret < 0)
		return false;
	switch (command) {
	case BPF_MAP_CREATE:
		what->operation = OP_CREATE;
		break;
	case BPF_OBJ_GET:
	case BPF_MAP_GET_FD_BY_ID:
		what->operation = OP_OPEN;
		break;
	case BPF_MAP_FREEZE:
		what->operation = OP_FREEZE;
		if (bpf_probe_read_user(&fd, sizeof(fd), attr))
			return false;
		break;
	default:
		return false;
	}
	return look_at(map_of(fd), map);
}

static __always_inline void returned(__u32 command, const void *attr, long ret,
				     const struct call *entry)
{
	struct written what = {.count = 1};
	struct who who = {.origin = ORIGIN_CALL};
	struct target map = {};
	bool written;

	if (sees_element(command))
		written = element_written(command, attr, ret, entry, &map, &what);
	else if (sees_batch(command))
		written = batch_written(command, attr, ret, &map, &what);
	else
		written = whole_changed(command, attr, ret, &map, &what);
	if (written)
		record(&map, &what, &who);
}

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

	if (!is_bpf(ctx->args[1], regs, &command, &attr) || !sees_element(command))
		return 0;
	if (bpf_probe_read_user(&given, sizeof(given), attr))
		return 0;
	call.map = map_of(given.fd);
	if (!look_at(call.map, &map))
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
