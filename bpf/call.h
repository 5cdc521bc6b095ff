/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a return of bpf(2) means: which map it created, opened, froze or wrote, and which key and
 * value, as the caller's memory shows them.
 */
#ifndef BPFAUDIT_CALL_H
#define BPFAUDIT_CALL_H

#include "custody.h"
#include "file.h"
#include "target.h"

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

	if ((ret < 0 && command != BPF_MAP_LOOKUP_AND_DELETE_ELEM) ||
	    bpf_probe_read_user(&given, sizeof(given), attr))
		return false;
	found = map_of(given.fd);
	/* what was taken is gone, though it could not be copied to the caller */
	if (!found || noted(found) || ret < 0)
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
	struct bpf_map *found;

	if (bpf_probe_read_user(&given, sizeof(given), attr))
		return false;
	found = map_of(given.fd);
	/* one that failed may have done something, whatever it says (a bucket is taken, then copied) */
	if (!found || noted(found) || !look_at(found, map))
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
		if (bpf_probe_read_user(&fd, sizeof(fd), attr) || noted(map_of(fd)))
			return false;
		break;
	default:
		return false;
	}
	return look_at(map_of(fd), map);
}

/* An iterator over the elements of a map may write their values. */
struct new_link {
	__u32 program;
	__u32 target;
	__u32 type;
	__u32 flags;
	__u64 iterator;		/* union bpf_iter_link_info, which begins with a map */
};

static __always_inline void linked(const void *attr, long ret)
{
	struct new_link given = {};
	struct bpf_map *map;
	__u32 fd = 0;

	if (ret < 0 || bpf_probe_read_user(&given, sizeof(given), attr) ||
	    given.type != BPF_TRACE_ITER || !given.iterator ||
	    bpf_probe_read_user(&fd, sizeof(fd), (void *)given.iterator))
		return;
	map = map_of(fd);
	if (map && own_table(BPF_CORE_READ(map, id)))
		note_hand(own_table(BPF_CORE_READ(map, id)) | GIVEN_AWAY);
}

static __always_inline void returned(__u32 command, const void *attr, long ret,
				     const struct call *entry)
{
	struct written what = {.count = 1};
	struct who who = {.origin = ORIGIN_CALL};
	struct target map = {};
	bool written;

	if (command == BPF_LINK_CREATE) {
		linked(attr, ret);
		return;
	}
	if (sees_element(command))
		written = element_written(command, attr, ret, entry, &map, &what);
	else if (sees_batch(command))
		written = batch_written(command, attr, ret, &map, &what);
	else
		written = whole_changed(command, attr, ret, &map, &what);
	if (written)
		record(&map, &what, &who);
}

#endif
