/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The ledger: what the tracer keeps between two drains, in tables allocated once. The Java side
 * (package kernel) reads the same structures; a test compares their offsets with this file's BTF.
 */
#ifndef BPFAUDIT_LEDGER_H
#define BPFAUDIT_LEDGER_H

#include "kernel.h"
#include <bpf/bpf_helpers.h>

#define KEPT_BYTES 64
#define OTHER_BYTES 16
#define TEXT_BYTES 256
#define MOST_FUNCTIONS 32

/* dev.bpfaudit.model.Operation */
enum operation {
	OP_UPDATE,
	OP_DELETE,
	OP_LOOKUP_AND_DELETE,
	OP_PUSH,
	OP_POP,
	OP_FREEZE,
	OP_CREATE,
	OP_RELEASE,
	OP_OPEN,
	OP_MMAP,
};

enum origin {
	ORIGIN_CALL,	/* the system call: who is a process */
	ORIGIN_PROGRAM,	/* a BPF program: who is the address of its code that called */
	ORIGIN_UNKNOWN,
};

enum {
	FLAG_BATCH = 1,
	FLAG_DOUBTFUL = 2,	/* memory changed under the call, or it failed half-way */
	FLAG_KEY_UNKNOWN = 4,	/* many keys counted together, or the key could not be read */
	FLAG_WHOLE = 8,		/* the map, not a key of it */
};

enum {
	VALUE_NONE,
	VALUE_HASHED,
	VALUE_UNKNOWN,
};

struct write_key {
	__u64 who;		/* start of the process, or the caller's address */
	__u64 key_hash;
	__u32 map;
	__u32 pid;		/* of the process; 0 for a program */
	__u32 exec;		/* counts the execve(2) of the process */
	__u8 operation;
	__u8 origin;
	__u8 flags;
	__u8 generation;	/* its lowest byte */
};

struct write {
	__u64 count;
	__u64 first;		/* CLOCK_BOOTTIME, ns */
	__u64 last;
	__u64 value_hash;
	__u32 value_size;
	__u32 value_state;
	__u32 on_top_of;	/* pid of the task a program ran on, when it first wrote */
	__u32 key_size;
	char on_top_of_comm[16];
	__u8 key[KEPT_BYTES];
	__u8 value[KEPT_BYTES];
	__u64 varied;		/* when first another value was written than before, 0 never */
	__u64 other_hash;	/* of the last value that was not the one above */
	__u8 other[OTHER_BYTES];
};

struct process_key {
	__u64 start;
	__u32 pid;
	__u32 exec;
};

struct process {
	__u32 uid;
	__u32 parent;
	__u16 exe_size;		/* bytes used of the texts below */
	__u16 args_size;
	__u16 cgroup_size;
	__u16 complete;		/* set last */
	char comm[16];
	char parent_comm[16];
	char exe[TEXT_BYTES];	/* names from the leaf up, each with its NUL */
	char cgroup[TEXT_BYTES];
	char args[TEXT_BYTES];	/* as in memory, NUL between them */
};

struct function {
	__u64 start;
	__u64 size;
};

struct program {
	__u64 load_time;	/* CLOCK_BOOTTIME, ns */
	__u32 type;
	__u32 functions;	/* how many it has; at most MOST_FUNCTIONS are kept */
	__u8 tag[8];
	char name[16];
	struct function function[MOST_FUNCTIONS];
};

/* Only programs can change these: frozen for user space. One of each row is for a generation. */
#define GENERATIONS 8

struct totals {
	__u64 writes[GENERATIONS];
	__u64 overflowed[GENERATIONS];	/* counted per map and writer only */
	__u64 unplaced[GENERATIONS];	/* not even that */
	__u64 processes_lost;
	__u64 programs_lost;
	__u64 calls_lost;
	__u64 handles_lost;
	__u64 own_inserts;		/* into the ledger from the hook they trigger */
};

/* Written by user space, at every drain. */
struct state {
	__u32 generation;
	__u32 retiring;			/* 1 while rows that were counted are removed */
	__u64 drained;			/* CLOCK_BOOTTIME of the last drain that was committed */
	struct totals counted;		/* and the sums it counted */
};

/*
 * Who switched hooks off, or on again: the last MOST_SWITCHED of all writes to such a setting. Only
 * programs can change it, as the totals.
 */
#define MOST_SWITCHED 16
#define SETTING_BYTES 8

enum setting {
	SETTING_FTRACE,		/* kernel.ftrace_enabled */
	SETTING_KPROBES,	/* kprobes/enabled in debugfs */
};

struct switched {
	__u64 at;		/* CLOCK_BOOTTIME, ns */
	__u32 pid;
	__u32 setting;
	char comm[16];
	char value[SETTING_BYTES];	/* as it was written */
};

struct switches {
	__u64 count;
	struct switched last[MOST_SWITCHED];
};

/*
 * Who wrote to these tables by system call, the last MOST_HANDS processes on each CPU. bpfaudit does
 * at every drain, and is among them. Only programs can change it, as the totals.
 */
#define MOST_HANDS 16

/* Bits of what a hand was laid on; package kernel names them in the same order. */
enum own_table {
	OWN_WRITES = 1 << 0,
	OWN_OVERFLOW = 1 << 1,
	OWN_HANDLES = 1 << 2,
	OWN_PROCESSES = 1 << 3,
	OWN_PROGRAMS = 1 << 4,
	OWN_CALLS = 1 << 5,
	OWN_TOTALS = 1 << 6,
	OWN_STATE = 1 << 7,
	OWN_SWITCHES = 1 << 8,
	OWN_CUSTODY = 1 << 9,
	OWN_HOOKS = 1 << 10,
	OWN_INSTALLATION = 1 << 11,
	GIVEN_AWAY = 1 << 16,	/* to a program, an iterator or a map of maps */
};

struct hand {
	__u64 start;		/* of the process */
	__u32 pid;
	__u32 tables;
	__u64 first;		/* CLOCK_BOOTTIME, ns */
	__u64 last;
	__u64 count;		/* of system calls */
	char comm[16];
};

struct custody {
	__u64 evicted;		/* the latest that a hand did whose place was taken */
	struct hand last[MOST_HANDS];
};

/* Set before loading, read-only from then on. */
#define MOST_HELPERS 8
#define MOST_TYPES 64

struct configuration {
	__u64 seed;
	__u32 keyed_entries;
	__u32 possible_cpus;
	/* the helpers that programs call where the verifier could not call the map directly */
	__u64 helper_start[MOST_HELPERS];
	__u64 helper_end[MOST_HELPERS];
	/* by type of map, bits 1 << operation: system calls that operations.bpf.c sees */
	__u32 seen_elsewhere[MOST_TYPES];
	__u32 hooks;		/* ids of user space's tables */
	__u32 installation;
};

const volatile struct configuration configuration SEC(".rodata.configuration") = {};

#define seed (configuration.seed)
#define keyed_entries (configuration.keyed_entries)
#define possible_cpus (configuration.possible_cpus)

/* What a caller showed at the entry of a system call, to compare with at its exit. */
struct call {
	__u64 key_hash;
	__u64 value_hash;
	struct bpf_map *map;
};

#define TABLE(name, table_type, key_type, value_type, entries)	\
	struct {						\
		__uint(type, table_type);			\
		__uint(max_entries, entries);			\
		__type(key, key_type);				\
		__type(value, value_type);			\
	} name SEC(".maps")

/* Sizes are set before loading. Plain hashes: an LRU would drop evidence without a word. */
TABLE(writes, BPF_MAP_TYPE_HASH, struct write_key, struct write, 1);
TABLE(overflow, BPF_MAP_TYPE_HASH, struct write_key, struct write, 1);
TABLE(handles, BPF_MAP_TYPE_HASH, struct write_key, struct write, 1);
TABLE(processes, BPF_MAP_TYPE_HASH, struct process_key, struct process, 1);
TABLE(programs, BPF_MAP_TYPE_HASH, __u32, struct program, 1);
TABLE(calls, BPF_MAP_TYPE_HASH, __u64, struct call, 1);
TABLE(totals, BPF_MAP_TYPE_PERCPU_ARRAY, __u32, struct totals, 1);
TABLE(state, BPF_MAP_TYPE_ARRAY, __u32, struct state, 1);
TABLE(switches, BPF_MAP_TYPE_ARRAY, __u32, struct switches, 1);
TABLE(custody, BPF_MAP_TYPE_PERCPU_ARRAY, __u32, struct custody, 1);

/* The kernel lets programs read the fields of their own maps (since 5.9, 41c48f3a9823). */
#define ID_OF(table) (((struct bpf_map *)&table)->id)

/* The bit of one of our own tables, 0 for every other map. */
static __always_inline __u32 own_table(__u32 id)
{
	if (id == ID_OF(writes))
		return OWN_WRITES;
	if (id == ID_OF(overflow))
		return OWN_OVERFLOW;
	if (id == ID_OF(handles))
		return OWN_HANDLES;
	if (id == ID_OF(processes))
		return OWN_PROCESSES;
	if (id == ID_OF(programs))
		return OWN_PROGRAMS;
	if (id == ID_OF(calls))
		return OWN_CALLS;
	if (id == ID_OF(totals))
		return OWN_TOTALS;
	if (id == ID_OF(state))
		return OWN_STATE;
	if (id == ID_OF(switches))
		return OWN_SWITCHES;
	if (id == ID_OF(custody))
		return OWN_CUSTODY;
	if (id == configuration.hooks)
		return OWN_HOOKS;
	return id == configuration.installation ? OWN_INSTALLATION : 0;
}

static __always_inline bool is_own(__u32 id)
{
	return own_table(id);
}

static __always_inline struct totals *my_totals(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&totals, &zero);
}

#endif
