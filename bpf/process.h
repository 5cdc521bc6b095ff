/* SPDX-License-Identifier: GPL-2.0 */
/* The process that makes a system call, kept as it is when it first writes. */
#ifndef BPFAUDIT_PROCESS_H
#define BPFAUDIT_PROCESS_H

#include "task.h"

#define MOST_NAMES 12
/* The longest name that is kept; so that TEXT_BYTES - 1 is never passed. */
#define FILE_NAME_BYTES 63
#define CGROUP_NAME_BYTES 127 /* container runtimes put ids of 64 digits and more into one */

/* Appends a name with its NUL at text[at]; returns the new end, or at if there is no room. */
static __always_inline __u32 append(char *text, __u32 at, const void *name, const __u32 most)
{
	if (at <= TEXT_BYTES - most - 1) {
		long size = bpf_probe_read_kernel_str(&text[at], most, name);

		if (size > 0 && size <= most)
			at += size;
	}
	barrier_var(at);
	return at & (TEXT_BYTES - 1); /* the same bounds on every way here, or the verifier gets lost */
}

/* The path of the executable, leaf first, up through the mounts to the root of its namespace. */
static __always_inline void keep_exe(struct process *process, struct mm_struct *mm)
{
	struct file *file = BPF_CORE_READ(mm, exe_file);
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	struct vfsmount *vfs = BPF_CORE_READ(file, f_path.mnt);
	struct mount *mount = (void *)vfs - bpf_core_field_offset(struct mount, mnt);
	__u32 size = 0;

	if (!file)
		return;
	for (int i = 0; i < MOST_NAMES; i++) {
		if (dentry == BPF_CORE_READ(mount, mnt.mnt_root)) {
			struct mount *above = BPF_CORE_READ(mount, mnt_parent);

			if (above == mount)
				break;
			dentry = BPF_CORE_READ(mount, mnt_mountpoint);
			mount = above;
		}
		size = append(process->exe, size, BPF_CORE_READ(dentry, d_name.name),
			      FILE_NAME_BYTES);
		dentry = BPF_CORE_READ(dentry, d_parent);
	}
	process->exe_size = size;
}

static __always_inline void keep_cgroup(struct process *process, struct task_struct *task)
{
	struct kernfs_node *node = BPF_CORE_READ(task, cgroups, dfl_cgrp, kn);
	__u32 size = 0;

	for (int i = 0; i < MOST_NAMES / 2 && node; i++) {
		struct kernfs_node___since_6_15 *newer = (void *)node;
		struct kernfs_node *parent;

		if (bpf_core_field_exists(newer->__parent))
			parent = BPF_CORE_READ(newer, __parent);
		else
			parent = BPF_CORE_READ(node, parent);
		if (!parent)
			break; /* the root has no name worth keeping */
		size = append(process->cgroup, size, BPF_CORE_READ(node, name), CGROUP_NAME_BYTES);
		node = parent;
	}
	process->cgroup_size = size;
}

static __always_inline void keep_args(struct process *process, struct mm_struct *mm)
{
	unsigned long start = BPF_CORE_READ(mm, arg_start);
	unsigned long size = BPF_CORE_READ(mm, arg_end) - start;

	if (size > TEXT_BYTES)
		size = TEXT_BYTES;
	if (!bpf_probe_read_user(process->args, size, (void *)start))
		process->args_size = size;
}

/* All zero; too large for the stack. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct process);
} blank SEC(".maps");

/*
 * Keeps this process unless it is kept already. Returns whether that needed an insert. Not static:
 * so the verifier looks at it once and not wherever it is called.
 */
__attribute__((noinline)) int keep_process(__u64 start, __u32 pid, __u32 exec)
{
	struct process_key key = {.start = start, .pid = pid, .exec = exec};
	struct task_struct *task = (void *)bpf_get_current_task();
	struct task_struct *leader;
	struct mm_struct *mm;
	struct process *process;
	struct totals *sums;
	__u32 zero = 0;
	void *empty;

	if (bpf_map_lookup_elem(&processes, &key))
		return 0;
	leader = BPF_CORE_READ(task, group_leader);
	mm = BPF_CORE_READ(leader, mm);
	empty = bpf_map_lookup_elem(&blank, &zero);
	if (!empty)
		return 0;
	/* up to 6.3 only the lower half of an error is negative (d7ba4cc900bf) */
	if (bpf_map_update_elem(&processes, &key, empty, BPF_NOEXIST)) {
		sums = my_totals();
		if (sums && !bpf_map_lookup_elem(&processes, &key))
			__sync_fetch_and_add(&sums->processes_lost, 1);
		return 1;
	}
	process = bpf_map_lookup_elem(&processes, &key);
	if (!process)
		return 1;
	process->uid = (__u32)bpf_get_current_uid_gid();
	process->parent = BPF_CORE_READ(leader, real_parent, tgid);
	BPF_CORE_READ_STR_INTO(&process->comm, leader, comm);
	BPF_CORE_READ_STR_INTO(&process->parent_comm, leader, real_parent, comm);
	if (mm) {
		keep_exe(process, mm);
		keep_args(process, mm);
	}
	keep_cgroup(process, leader);
	process->complete = 1;
	return 1;
}

#endif
