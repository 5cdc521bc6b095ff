/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who called the hooked function: a BPF program, by address, or the system call. x86-64.
 *
 * In a fexit program the words behind the n arguments are the function's return value, the caller's
 * frame pointer, the return address into the function, and the return address into its caller
 * (arch_prepare_bpf_trampoline() in arch/x86/net/bpf_jit_comp.c). Since 6.19 the trampoline may be
 * jumped to, and then the third is missing. Seen on 5.10, 6.1, 6.12, 6.18 and 7.2; anywhere else
 * the stack is walked, which takes ten times as long.
 */
#ifndef BPFAUDIT_CALLER_H
#define BPFAUDIT_CALLER_H

#include "record.h"

/* arch/x86/include/asm/pgtable_64_types.h: where modules and BPF programs lie. */
#define MODULES_START 0xffffffffc0000000ULL
#define KERNEL_START 0xffffffff80000000ULL
#define PROLOGUE_BYTES 32
#define FRAMES 6

static __always_inline bool is_helper(__u64 address)
{
	for (int i = 0; i < MOST_HELPERS; i++)
		if (address >= configuration.helper_start[i] && address < configuration.helper_end[i])
			return true;
	return false;
}

static __always_inline bool is_within(__u64 address, __u64 function)
{
	return function && address >= function && address < function + PROLOGUE_BYTES;
}

static __always_inline void walk(void *ctx, __u64 function, struct who *who)
{
	__u64 frames[FRAMES] = {};
	int at = 0;

	who->walked = true;
	who->origin = ORIGIN_UNKNOWN;
	/* skips this program and the trampoline */
	if (bpf_get_stack(ctx, frames, sizeof(frames), 2) <= 0)
		return;
	if (is_within(frames[0], function) || (!function && frames[0] < MODULES_START))
		at = 1;
	who->origin = ORIGIN_CALL;
#pragma unroll
	for (int i = 0; i < 3; i++) {
		/* the caller, or who called the helper that did */
		if (i < at || i > at + 1)
			continue;
		if (frames[i] >= MODULES_START) {
			who->origin = ORIGIN_PROGRAM;
			who->caller = frames[i];
			return;
		}
		if (!is_helper(frames[i]) && configuration.helper_end[0])
			return;
	}
}

static __always_inline void find_caller(void *ctx, int arguments, __u64 function, struct who *who)
{
	__u64 words[2] = {};
	__u64 caller = 0;

	if (!bpf_probe_read_kernel(words, sizeof(words), ctx + (arguments + 2) * 8)) {
		if (is_within(words[0], function))
			caller = words[1];
		else if (function && words[0] >= KERNEL_START)
			caller = words[0];
	}
	if (caller < KERNEL_START || is_helper(caller)) {
		walk(ctx, function, who);
		return;
	}
	who->origin = caller >= MODULES_START ? ORIGIN_PROGRAM : ORIGIN_CALL;
	who->caller = caller;
}

#endif
