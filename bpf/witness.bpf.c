// SPDX-License-Identifier: GPL-2.0
/*
 * Sees kernel.ftrace_enabled being written, which stops every hook on the kernel's functions without
 * a word (seen on 6.1 to 7.2). It hangs on the root of cgroup version 2 and needs no ftrace itself,
 * so it sees the setting come back as well. It lets every access pass.
 */
#include "switches.h"

char LICENSE[] SEC("license") = "GPL";

#define NAME_BYTES 16

SEC("?cgroup/sysctl")
int switched(struct bpf_sysctl *ctx)
{
	char name[NAME_BYTES] = {};
	struct switched *one;

	if (!ctx->write ||
	    bpf_sysctl_get_name((void *)ctx, name, sizeof(name), BPF_F_SYSCTL_BASE_NAME) < 0)
		return 1;
#pragma unroll
	for (int i = 0; i < NAME_BYTES; i++)
		if (name[i] != "ftrace_enabled\0"[i])
			return 1;
	one = next_switched(SETTING_FTRACE);
	if (one)
		bpf_sysctl_get_new_value((void *)ctx, one->value, sizeof(one->value));
	return 1;
}
