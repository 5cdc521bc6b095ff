// SPDX-License-Identifier: GPL-2.0
/*
 * Which processes could write a map: by a descriptor that may write, or in their memory. Iterators
 * see what /proc/PID/maps does not tell, and need no walk through every process's files.
 */
#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

char LICENSE[] SEC("license") = "GPL";

#define ANON_INODE_FS_MAGIC 0x09041934
#define FMODE_WRITE 2
#define VM_WRITE 0x2
#define VM_SHARED 0x8
#define VM_MAYWRITE 0x20

enum { HOLDS_DESCRIPTOR = 1, HOLDS_MAPPING = 2 };

struct holding {
	__u64 start;
	__u32 pid;
	__u32 map;
	__u32 how;
	__u32 zero;
};

/*
 * By where its file lives and how the kernel named it there, which nobody else can
 * (bpf_map_new_fd() in kernel/bpf/syscall.c). So this needs no map of its own: one that came and
 * went with each snapshot would be somebody's finding.
 */
static __always_inline bool is_map(struct file *file)
{
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	char name[16] = {};

	if (BPF_CORE_READ(dentry, d_sb, s_magic) != ANON_INODE_FS_MAGIC)
		return false;
	return bpf_probe_read_kernel_str(name, sizeof(name), BPF_CORE_READ(dentry, d_name.name)) ==
		       sizeof("bpf-map") &&
	       name[0] == 'b' && name[1] == 'p' && name[2] == 'f' && name[3] == '-' &&
	       name[4] == 'm' && name[5] == 'a' && name[6] == 'p';
}

static __always_inline void tell(struct seq_file *to, struct task_struct *task, struct file *file,
				 __u32 how)
{
	struct bpf_map *map = BPF_CORE_READ(file, private_data);
	struct holding holding = {
		.start = BPF_CORE_READ(task, group_leader, start_boottime),
		.pid = BPF_CORE_READ(task, tgid),
		.map = BPF_CORE_READ(map, id),
		.how = how,
	};

	bpf_seq_write(to, &holding, sizeof(holding));
}

SEC("?iter/task_file")
int descriptors(struct bpf_iter__task_file *ctx)
{
	struct task_struct *task = ctx->task;
	struct file *file = ctx->file;

	if (task && file && BPF_CORE_READ(file, f_mode) & FMODE_WRITE && is_map(file))
		tell(ctx->meta->seq, task, file, HOLDS_DESCRIPTOR);
	return 0;
}

/* Since 5.12. One that was mapped for writing and is write-protected now can be made writable. */
SEC("?iter/task_vma")
int mappings(struct bpf_iter__task_vma *ctx)
{
	struct task_struct *task = ctx->task;
	struct vm_area_struct *area = ctx->vma;
	unsigned long flags;
	struct file *file;

	if (!task || !area)
		return 0;
	flags = BPF_CORE_READ(area, vm_flags);
	file = BPF_CORE_READ(area, vm_file);
	if (file && flags & VM_SHARED && flags & (VM_WRITE | VM_MAYWRITE) && is_map(file))
		tell(ctx->meta->seq, task, file, HOLDS_MAPPING);
	return 0;
}
