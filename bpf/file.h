/* SPDX-License-Identifier: GPL-2.0 */
/* The map behind a file descriptor, whoever opened it and however it came here. */
#ifndef BPFAUDIT_FILE_H
#define BPFAUDIT_FILE_H

#include "kernel.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

extern const void bpf_map_release __ksym __weak;
extern const void bpf_prog_release __ksym __weak;

static __always_inline struct file *file_of(__u32 fd)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct fdtable *table = BPF_CORE_READ(task, files, fdt);
	struct file **files = BPF_CORE_READ(table, fd);
	struct file *file = NULL;

	if (fd >= BPF_CORE_READ(table, max_fds))
		return NULL;
	bpf_probe_read_kernel(&file, sizeof(file), &files[fd]);
	return file;
}

/* By what the file does when it is closed: the kernel exports no better mark. */
static __always_inline struct bpf_map *map_of(__u32 fd)
{
	struct file *file = file_of(fd);

	if (!file || !&bpf_map_release ||
	    (const void *)BPF_CORE_READ(file, f_op, release) != &bpf_map_release)
		return NULL;
	return BPF_CORE_READ(file, private_data);
}

static __always_inline struct bpf_prog *program_of(__u32 fd)
{
	struct file *file = file_of(fd);

	if (!file || !&bpf_prog_release ||
	    (const void *)BPF_CORE_READ(file, f_op, release) != &bpf_prog_release)
		return NULL;
	return BPF_CORE_READ(file, private_data);
}

/*
 * Where user space gives a descriptor and reads back an id. 0 if it is none of these.
 */
static __always_inline __u32 id_behind(enum bpf_map_type type, __u32 fd)
{
	struct bpf_prog *program;
	struct bpf_map *map;

	switch (type) {
	case BPF_MAP_TYPE_PROG_ARRAY:
		program = program_of(fd);
		return program ? BPF_CORE_READ(program, aux, id) : 0;
	case BPF_MAP_TYPE_ARRAY_OF_MAPS:
	case BPF_MAP_TYPE_HASH_OF_MAPS:
		map = map_of(fd);
		return map ? BPF_CORE_READ(map, id) : 0;
	default:
		return 0;
	}
}

#endif
