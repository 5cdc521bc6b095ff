/* SPDX-License-Identifier: GPL-2.0 */
/* One write into the ledger. */
#ifndef BPFAUDIT_RECORD_H
#define BPFAUDIT_RECORD_H

#include "custody.h"
#include "hash.h"
#include "process.h"

struct target {
	__u32 id;
	enum bpf_map_type type;
	__u32 key_size;
	__u32 value_size;
	__u32 max_entries;
};

/* What is written, in the kernel's memory or the caller's. */
struct written {
	const void *key;	/* NULL: the map as a whole */
	const void *value;	/* NULL: nothing */
	__u32 value_size;
	__u32 value_id;		/* what a snapshot shows instead of the value, if not 0 */
	bool user;		/* of key and value */
	__u8 operation;
	__u8 flags;
	__u64 count;
};

struct who {
	__u8 origin;
	__u64 caller;
	bool nested;		/* whether an insert here triggers this same hook */
	bool walked;		/* the stack: what it looks like is not certain */
};

/*
 * How many bytes of a value a snapshot will show as they were given. A socket map and a map of
 * maps are given descriptors, and a bpf_devmap_val or bpf_cpumap_val may hold one.
 */
static __always_inline __u32 shown_size(enum bpf_map_type type, __u32 value_size)
{
	switch (type) {
	case BPF_MAP_TYPE_PROG_ARRAY:
	case BPF_MAP_TYPE_ARRAY_OF_MAPS:
	case BPF_MAP_TYPE_HASH_OF_MAPS:
	case BPF_MAP_TYPE_SOCKMAP:
	case BPF_MAP_TYPE_SOCKHASH:
	case BPF_MAP_TYPE_XSKMAP:
	case BPF_MAP_TYPE_REUSEPORT_SOCKARRAY:
		return 0;
	case BPF_MAP_TYPE_DEVMAP:
	case BPF_MAP_TYPE_DEVMAP_HASH:
	case BPF_MAP_TYPE_CPUMAP:
		return value_size == 4 ? 4 : 0;
	default:
		return value_size;
	}
}

/*
 * Of those who write at the same time, the first to look still sees the value that was there
 * before, so that it differed is never lost.
 */
static __always_inline void add_value(struct write *old, const struct write *new)
{
	if (old->value_hash == new->value_hash && old->value_state == new->value_state)
		return;
	if (!old->varied)
		old->varied = new->last;
	old->other_hash = old->value_hash;
	__builtin_memcpy(old->other, old->value, OTHER_BYTES);
	old->value_hash = new->value_hash;
	old->value_size = new->value_size;
	old->value_state = new->value_state;
	__builtin_memcpy(old->value, new->value, KEPT_BYTES);
}

static __always_inline void add(struct write *old, const struct write *new)
{
	__sync_fetch_and_add(&old->count, new->count);
	old->last = new->last;
	add_value(old, new);
}

/* Makes an entry; returns false if there is no room. */
static __always_inline bool insert(void *table, const struct write_key *key, struct write *write)
{
	struct write *old;

	if (bpf_map_update_elem(table, key, write, BPF_NOEXIST) == 0)
		return true;
	old = bpf_map_lookup_elem(table, key); /* another CPU was first */
	if (!old)
		return false;
	add(old, write);
	return true;
}

/* Adds to an entry or makes one; returns false if there is no room. */
static __always_inline bool place(void *table, const struct write_key *key, struct write *write)
{
	struct write *old = bpf_map_lookup_elem(table, key);

	if (!old)
		return insert(table, key, write);
	add(old, write);
	return true;
}

/* A program may write through a map of maps what it does not refer to itself. */
static __always_inline void note_inner(const struct target *map, __u32 inner)
{
	__u32 table;

	if (map->type != BPF_MAP_TYPE_ARRAY_OF_MAPS && map->type != BPF_MAP_TYPE_HASH_OF_MAPS)
		return;
	table = own_table(inner);
	if (table)
		note_hand(table | GIVEN_AWAY);
}

static __always_inline void describe(struct write_key *key, struct write *write,
				     const struct target *map, const struct written *what)
{
	if (what->value_id)
		note_inner(map, what->value_id);
	if (!what->key)
		key->flags |= FLAG_WHOLE;
	else if (!(key->flags & FLAG_KEY_UNKNOWN) &&
		 !hash_bytes(&key->key_hash, write->key, what->key, map->key_size, what->user))
		key->flags |= FLAG_KEY_UNKNOWN;
	write->key_size = map->key_size;
	if (!what->value)
		return;
	write->value_size = what->value_size;
	write->value_state = VALUE_UNKNOWN;
	if (key->flags & FLAG_KEY_UNKNOWN)
		return;
	if (what->value_id) {
		write->value_hash = hash_of_id(what->value_id);
		__builtin_memcpy(write->value, &what->value_id, sizeof(what->value_id));
		write->value_size = sizeof(what->value_id);
		write->value_state = VALUE_HASHED;
	} else if (what->value_size &&
		   hash_bytes(&write->value_hash, write->value, what->value, what->value_size,
			      what->user)) {
		write->value_state = VALUE_HASHED;
	}
}

/* Creating, opening, mapping and releasing a map: they must not crowd out the writes. */
static __always_inline bool is_handle(__u8 operation)
{
	return operation == OP_CREATE || operation == OP_OPEN || operation == OP_MMAP ||
	       operation == OP_RELEASE;
}

static __always_inline void add_to(__u64 *sum, __u64 count)
{
	__sync_fetch_and_add(sum, count); /* an interrupt may write too */
}

static __always_inline void place_write(struct write_key *key, struct write *write,
					struct totals *sums, bool nested)
{
	__u32 row = key->generation & (GENERATIONS - 1);
	struct write *old = bpf_map_lookup_elem(&writes, key);

	add_to(&sums->writes[row], write->count);
	if (old) {
		add(old, write);
		return;
	}
	if (nested)
		add_to(&sums->own_inserts, 1);
	if (insert(&writes, key, write))
		return;
	key->key_hash = 0;
	key->flags |= FLAG_KEY_UNKNOWN;
	if (write->value_state != VALUE_NONE)
		write->value_state = VALUE_UNKNOWN;
	old = bpf_map_lookup_elem(&overflow, key);
	if (old)
		add(old, write);
	else if (nested)
		add_to(&sums->own_inserts, 1);
	if (old || insert(&overflow, key, write))
		add_to(&sums->overflowed[row], write->count);
	else
		add_to(&sums->unplaced[row], write->count);
}

static __always_inline void record(const struct target *map, const struct written *what,
				   const struct who *who)
{
	struct write_key key = {};
	struct write write = {};
	struct totals *sums = my_totals();
	__u32 zero = 0;
	struct state *now = bpf_map_lookup_elem(&state, &zero);

	if (!now || !sums)
		return;
	key.generation = now->generation;
	key.map = map->id;
	key.operation = what->operation;
	key.origin = who->origin;
	key.flags = what->flags;
	write.count = what->count;
	write.first = write.last = bpf_ktime_get_boot_ns();
	if (who->origin == ORIGIN_CALL) {
		struct process_key process = {};

		this_process(&process);
		key.who = process.start;
		key.pid = process.pid;
		key.exec = process.exec;
		if (keep_process(process.start, process.pid, process.exec) && who->nested)
			add_to(&sums->own_inserts, 1);
	} else {
		key.who = who->caller;
		if (what->key && map->max_entries > keyed_entries)
			key.flags |= FLAG_KEY_UNKNOWN;
		write.on_top_of = bpf_get_current_pid_tgid() >> 32;
		bpf_get_current_comm(write.on_top_of_comm, sizeof(write.on_top_of_comm));
	}
	describe(&key, &write, map, what);
	if (!is_handle(what->operation))
		place_write(&key, &write, sums, who->nested);
	else if (!place(&handles, &key, &write))
		add_to(&sums->handles_lost, 1);
}

#endif
