/* SPDX-License-Identifier: GPL-2.0 */
/* Which process this is: its pid may be given again, its start may not. */
#ifndef BPFAUDIT_TASK_H
#define BPFAUDIT_TASK_H

#include "ledger.h"
#include <bpf/bpf_core_read.h>

static __always_inline void this_process(struct process_key *key)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);

	key->pid = bpf_get_current_pid_tgid() >> 32;
	key->start = BPF_CORE_READ(leader, start_boottime);
	key->exec = (__u32)BPF_CORE_READ(leader, self_exec_id);
}

#endif
