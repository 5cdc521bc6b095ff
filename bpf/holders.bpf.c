// SPDX-License-Identifier: GPL-2.0
/*
 * Which processes could write a map: by a descriptor that may write, or in their memory. Iterators
 * see what /proc/PID/maps does not tell, and need no walk through every process's files.
 */
#include "file.h"

char LICENSE[] SEC("license") = "GPL";

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

const volatile struct {
	__u32 own_map; /* a descriptor of a map that the process has which reads this */
} holders_configuration SEC(".rodata.configuration");

const void *operations;

/* By what can be done with the file of a map we have: the kernel exports no better mark. */
static __always_inline bool is_map(const struct file *file)
{
	if (!operations) {
		struct file *own = file_of(holders_configuration.own_map);

		operations = BPF_CORE_READ(own, f_op);
	}
	return operations && (const void *)BPF_CORE_READ(file, f_op) == operations;
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
