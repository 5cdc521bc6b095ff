// SPDX-License-Identifier: GPL-2.0
/*
 * Writes at the kernel's own functions, one for each type of map and operation. They stand in
 * struct bpf_map_ops, so the compiler keeps them whole; system calls and BPF programs both end in
 * them. Each program is optional: a kernel may lack the function or not let it be traced.
 */
#include "caller.h"
#include "file.h"
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

static __always_inline bool look_at(struct bpf_map *map, struct target *target)
{
	__u32 id = map->id;

	if (is_own(id))
		return false;
	target->id = id;
	target->type = map->map_type;
	target->key_size = map->key_size;
	target->value_size = map->value_size;
	target->max_entries = map->max_entries;
	return true;
}

/* A map's or program's descriptor, which the caller put into the value, as its id. */
static __always_inline __u32 id_of_descriptor(enum bpf_map_type type, const void *value)
{
	__u32 fd = 0;

	return bpf_probe_read_kernel(&fd, sizeof(fd), value) ? 0 : id_behind(type, fd);
}

/*
 * Instead of the number of arguments, where only system calls come: who called need not be looked
 * up, and cannot where bpf_map_update_value() is hooked itself and ends in a jump to the function.
 */
#define ONLY_CALLS 0

static __always_inline void wrote(void *ctx, int arguments, __u64 function, bool nested,
				  struct bpf_map *map, struct written *what, long ret)
{
	struct who who = {.nested = nested};
	struct target target = {};
	bool own;

	if (ret < 0)
		return;
	own = !look_at(map, &target);
	/* up to 6.15 the hook of bpf_fd_htab_map_update_elem() has seen it */
	if (nested && target.type == BPF_MAP_TYPE_HASH_OF_MAPS)
		return;
	what->count = 1;
	if (arguments == ONLY_CALLS)
		who.origin = ORIGIN_CALL;
	else
		find_caller(ctx, arguments, function, &who);
	if (!own)
		record(&target, what, &who);
	else if (who.origin == ORIGIN_CALL && !who.walked)
		/* hooks write our tables all the time; bpf_sys_bpf() is a call that nobody else sees */
		note_write(own_table(map->id));
}

#define HOOK(name, hooked) \
	extern const void hooked __ksym __weak; \
	SEC("?fexit/" #hooked) int name(unsigned long long *ctx)

#define MAP ((struct bpf_map *)ctx[0])
#define AT(i) ((void *)ctx[i])
#define RETURNED(arguments) ((int)ctx[arguments])

#define UPDATE_FROM(name, hooked, arguments, nested)					\
	HOOK(name, hooked)								\
	{										\
		struct bpf_map *map = MAP;						\
		struct written what = {.operation = OP_UPDATE, .key = AT(1), .value = AT(2),	\
				       .value_size = shown_size(map->map_type,		\
								map->value_size)};	\
		wrote(ctx, arguments, (__u64)&hooked, nested, map, &what, RETURNED(4));	\
		return 0;								\
	}

#define UPDATE(name, hooked) UPDATE_FROM(name, hooked, 4, false)
#define UPDATE_BY_CALLS(name, hooked) UPDATE_FROM(name, hooked, ONLY_CALLS, false)

UPDATE(update_array, array_map_update_elem)
UPDATE_FROM(update_hash, htab_map_update_elem, 4, true) /* the ledger's own tables */
UPDATE(update_lru, htab_lru_map_update_elem)
UPDATE(update_pcpu, htab_percpu_map_update_elem)
UPDATE(update_lrupcpu, htab_lru_percpu_map_update_elem)
UPDATE(update_lpm, trie_update_elem)
UPDATE(update_sock, sock_map_update_elem)
UPDATE_BY_CALLS(update_socksys, sock_map_update_elem_sys)
UPDATE_BY_CALLS(update_dev, dev_map_update_elem)
UPDATE_BY_CALLS(update_devhash, dev_map_hash_update_elem)
UPDATE_BY_CALLS(update_cpu, cpu_map_update_elem)
UPDATE_BY_CALLS(update_xsk, xsk_map_update_elem)
UPDATE_BY_CALLS(update_cgrp, cgroup_storage_update_elem)
UPDATE_BY_CALLS(update_ops, bpf_struct_ops_map_update_elem)
UPDATE_BY_CALLS(update_reuse, bpf_fd_reuseport_array_update_elem)
UPDATE(update_insn, insn_array_update_elem)
UPDATE(update_rhash, rhtab_map_update_elem)

/* System calls bring a value for every possible CPU. */
#define UPDATE_ALL_CPUS(name, hooked)							\
	HOOK(name, hooked)								\
	{										\
		struct bpf_map *map = MAP;						\
		struct written what = {.operation = OP_UPDATE, .key = AT(1), .value = AT(2),	\
			.value_size = ((map->value_size + 7) & ~7U) * possible_cpus};	\
		wrote(ctx, ONLY_CALLS, (__u64)&hooked, false, map, &what, RETURNED(4));	\
		return 0;								\
	}

UPDATE_ALL_CPUS(update_pcpu_sys, bpf_percpu_hash_update)
UPDATE_ALL_CPUS(update_parr_sys, bpf_percpu_array_update)
UPDATE_ALL_CPUS(update_pcgrp, bpf_percpu_cgroup_storage_update)

/* The value is a descriptor; a snapshot shows the id. */
#define UPDATE_BY_DESCRIPTOR(name, hooked)						\
	HOOK(name, hooked)								\
	{										\
		struct bpf_map *map = MAP;						\
		struct written what = {.operation = OP_UPDATE, .key = AT(2), .value = AT(3),	\
				       .value_id = id_of_descriptor(map->map_type, AT(3))};	\
		wrote(ctx, ONLY_CALLS, (__u64)&hooked, false, map, &what, RETURNED(5));	\
		return 0;								\
	}

UPDATE_BY_DESCRIPTOR(update_fdarray, bpf_fd_array_map_update_elem)
UPDATE_BY_DESCRIPTOR(update_fdhash, bpf_fd_htab_map_update_elem)

/*
 * Since 6.13 the compiler leaves tries, queues and stacks out of function tracing, but this is on
 * the way of every system call that updates one (map, file, key, value, flags).
 */
HOOK(update_value, bpf_map_update_value)
{
	struct bpf_map *map = MAP;
	enum bpf_map_type type = map->map_type;
	struct written what = {.operation = OP_UPDATE, .value = AT(3),
			       .value_size = map->value_size};

	if (type == BPF_MAP_TYPE_LPM_TRIE)
		what.key = AT(2);
	else if (type == BPF_MAP_TYPE_QUEUE || type == BPF_MAP_TYPE_STACK)
		what.operation = OP_PUSH;
	else
		return 0;
	wrote(ctx, ONLY_CALLS, (__u64)&bpf_map_update_value, false, map, &what, RETURNED(5));
	return 0;
}

#define DELETE(name, hooked)								\
	HOOK(name, hooked)								\
	{										\
		struct written what = {.operation = OP_DELETE, .key = AT(1)};		\
		wrote(ctx, 2, (__u64)&hooked, false, MAP, &what, RETURNED(2));		\
		return 0;								\
	}

DELETE(delete_hash, htab_map_delete_elem)
DELETE(delete_lru, htab_lru_map_delete_elem)
DELETE(delete_lpm, trie_delete_elem)
DELETE(delete_fdarray, fd_array_map_delete_elem)
DELETE(delete_sock, sock_map_delete_elem)
DELETE(delete_sockhash, sock_hash_delete_elem)
DELETE(delete_dev, dev_map_delete_elem)
DELETE(delete_devhash, dev_map_hash_delete_elem)
DELETE(delete_cpu, cpu_map_delete_elem)
DELETE(delete_xsk, xsk_map_delete_elem)
DELETE(delete_reuse, reuseport_array_delete_elem)
DELETE(delete_stack, stack_map_delete_elem)
DELETE(delete_ops, bpf_struct_ops_map_delete_elem)
DELETE(delete_rhash, rhtab_map_delete_elem)

#define TAKE(name, hooked)								\
	HOOK(name, hooked)								\
	{										\
		struct written what = {.operation = OP_LOOKUP_AND_DELETE, .key = AT(1)};	\
		wrote(ctx, 4, (__u64)&hooked, false, MAP, &what, RETURNED(4));		\
		return 0;								\
	}

TAKE(take_hash, htab_map_lookup_and_delete_elem)
TAKE(take_pcpu, htab_percpu_map_lookup_and_delete_elem)
TAKE(take_lru, htab_lru_map_lookup_and_delete_elem)
TAKE(take_lrupcpu, htab_lru_percpu_map_lookup_and_delete_elem)
TAKE(take_rhash, rhtab_map_lookup_and_delete_elem)

#define PUSH(name, hooked)								\
	HOOK(name, hooked)								\
	{										\
		struct bpf_map *map = MAP;						\
		struct written what = {.operation = OP_PUSH, .value = AT(1),		\
				       .value_size = map->value_size};			\
		wrote(ctx, 3, (__u64)&hooked, false, map, &what, RETURNED(3));		\
		return 0;								\
	}

PUSH(push_queue, queue_stack_map_push_elem)
PUSH(push_bloom, bloom_map_push_elem)

#define POP(name, hooked)								\
	HOOK(name, hooked)								\
	{										\
		struct written what = {.operation = OP_POP};				\
		wrote(ctx, 2, (__u64)&hooked, false, MAP, &what, RETURNED(2));		\
		return 0;								\
	}

POP(pop_queue, queue_map_pop_elem)
POP(pop_stack, stack_map_pop_elem)
