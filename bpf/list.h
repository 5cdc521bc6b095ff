/* SPDX-License-Identifier: GPL-2.0 */
/* What the iterators of list.bpf.c print, one after the other, with no padding between fields. */
#ifndef BPFAUDIT_LIST_H
#define BPFAUDIT_LIST_H

#include "kernel.h"

#define NAME_BYTES 16
#define FUNCTION_BYTES 64
#define MOST_MAPS 64	/* MAX_USED_MAPS of include/linux/bpf.h */

struct listed_map {
	__u64 map_extra;
	__s64 references;
	__s64 users;		/* descriptors and pins; programs and outer maps are none */
	__u32 id;
	__u32 type;
	__u32 key_size;
	__u32 value_size;
	__u32 max_entries;
	__u32 map_flags;
	__u32 frozen;
	__u32 unused;
	char name[NAME_BYTES];
};

struct listed_program {
	__u32 id;
	__u32 type;
	__u32 attach_type;
	__u32 overrides;	/* whether it may call bpf_override_return() */
	__u32 map_count;
	__u32 unused;
	__u8 tag[8];
	char name[NAME_BYTES];
	char function[FUNCTION_BYTES];	/* that it was loaded for, if it is for one */
	__u32 maps[MOST_MAPS];
};

#endif
