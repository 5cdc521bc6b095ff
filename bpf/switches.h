/* SPDX-License-Identifier: GPL-2.0 */
/* A setting was written that switches hooks off and on. */
#ifndef BPFAUDIT_SWITCHES_H
#define BPFAUDIT_SWITCHES_H

#include "ledger.h"
#include <bpf/bpf_core_read.h>

/* The place for one more; at, pid and comm are filled in. Two at once may take the same. */
static __always_inline struct switched *next_switched(enum setting setting)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	__u32 zero = 0;
	struct switches *all = bpf_map_lookup_elem(&switches, &zero);
	struct switched *one;
	__u64 at;

	if (!all)
		return NULL;
	at = all->count++ & (MOST_SWITCHED - 1);
	one = &all->last[at];
	one->at = bpf_ktime_get_boot_ns();
	one->pid = BPF_CORE_READ(task, tgid);
	one->setting = setting;
	BPF_CORE_READ_STR_INTO(&one->comm, task, comm);
	__builtin_memset(one->value, 0, sizeof(one->value));
	return one;
}

#endif
