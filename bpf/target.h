/* SPDX-License-Identifier: GPL-2.0 */
/* The map that is written, where its address is a number to the verifier. */
#ifndef BPFAUDIT_TARGET_H
#define BPFAUDIT_TARGET_H

#include "record.h"

static __always_inline bool look_at(struct bpf_map *map, struct target *target)
{
	if (!map)
		return false;
	target->id = BPF_CORE_READ(map, id);
	target->type = BPF_CORE_READ(map, map_type);
	target->key_size = BPF_CORE_READ(map, key_size);
	target->value_size = BPF_CORE_READ(map, value_size);
	target->max_entries = BPF_CORE_READ(map, max_entries);
	return !is_own(target->id);
}

#endif
