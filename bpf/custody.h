/* SPDX-License-Identifier: GPL-2.0 */
/* Who lays hands on the tracer's own tables. */
#ifndef BPFAUDIT_CUSTODY_H
#define BPFAUDIT_CUSTODY_H

#include "task.h"

/* Not static: so the verifier looks at it once and not wherever it is called. */
__attribute__((noinline)) int note_hand(__u32 tables)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct process_key self = {};
	__u32 zero = 0;
	struct custody *all = bpf_map_lookup_elem(&custody, &zero);
	struct hand *hand = NULL;
	struct hand *oldest;

	if (!all)
		return 0;
	this_process(&self);
	oldest = &all->last[0];
	for (int i = 0; i < MOST_HANDS; i++) {
		struct hand *one = &all->last[i];

		/* what was given away before does not count again because the same one writes */
		if (one->start == self.start && one->pid == self.pid &&
		    (one->tables & GIVEN_AWAY) == (tables & GIVEN_AWAY)) {
			hand = one;
			break;
		}
		if (one->last < oldest->last)
			oldest = one;
	}
	if (!hand) {
		hand = oldest;
		if (hand->last > all->evicted)
			all->evicted = hand->last;
		hand->start = self.start;
		hand->pid = self.pid;
		hand->tables = 0;
		hand->first = bpf_ktime_get_boot_ns();
		hand->count = 0;
		BPF_CORE_READ_STR_INTO(&hand->comm, task, group_leader, comm);
	}
	hand->tables |= tables;
	hand->last = bpf_ktime_get_boot_ns();
	hand->count++;
	return 0;
}

/* User space cannot write an installation once it is there. */
static __always_inline void note_write(__u32 table)
{
	if (table && table != OWN_INSTALLATION)
		note_hand(table);
}

/* Whether the map is one of ours; then who wrote it is kept. */
static __always_inline bool noted(struct bpf_map *map)
{
	__u32 table = map ? own_table(BPF_CORE_READ(map, id)) : 0;

	note_write(table);
	return table;
}

#endif
