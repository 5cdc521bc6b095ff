// SPDX-License-Identifier: GPL-2.0
/*
 * Where the code of every BPF program lies, kept when it is loaded: a write knows only the address
 * it came from, and the program may be gone, or another lie there, before anybody asks. An iterator
 * does the same for the programs that were there before.
 */
#include "custody.h"

char LICENSE[] SEC("license") = "GPL";

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct program);
} blank_program SEC(".maps");

static __always_inline void place_function(struct program *kept, __u32 at, struct bpf_prog *code)
{
	kept->function[at].start = (__u64)BPF_CORE_READ(code, bpf_func);
	kept->function[at].size = BPF_CORE_READ(code, jited_len);
}

static __always_inline void keep_program(struct bpf_prog *program)
{
	struct bpf_prog_aux *aux = BPF_CORE_READ(program, aux);
	struct bpf_prog **functions = BPF_CORE_READ(aux, func);
	__u32 id = BPF_CORE_READ(aux, id);
	__u32 count = BPF_CORE_READ(aux, func_cnt);
	struct program *kept;
	struct totals *sums;
	__u32 zero = 0;
	void *blank;

	if (!id) /* a subprogram; its main program comes after it */
		return;
	blank = bpf_map_lookup_elem(&blank_program, &zero);
	if (!blank || bpf_map_lookup_elem(&programs, &id))
		return;
	if (bpf_map_update_elem(&programs, &id, blank, BPF_NOEXIST)) {
		sums = my_totals();
		if (sums)
			__sync_fetch_and_add(&sums->programs_lost, 1);
		return;
	}
	kept = bpf_map_lookup_elem(&programs, &id);
	if (!kept)
		return;
	kept->type = BPF_CORE_READ(program, type);
	BPF_CORE_READ_INTO(&kept->tag, program, tag);
	BPF_CORE_READ_STR_INTO(&kept->name, aux, name);
	kept->functions = count ?: 1;
	if (!count)
		place_function(kept, 0, program);
	for (__u32 i = 0; i < MOST_FUNCTIONS && i < count; i++) {
		struct bpf_prog *code = NULL;

		bpf_probe_read_kernel(&code, sizeof(code), &functions[i]);
		place_function(kept, i, code);
	}
	kept->load_time = BPF_CORE_READ(aux, load_time); /* last: complete */
}

#define MOST_MAPS 64 /* MAX_USED_MAPS in include/linux/bpf_verifier.h */

/* Not static: or the verifier follows all ways through it for each of the maps. */
__attribute__((noinline)) int note_reference(__u32 id)
{
	__u32 table = own_table(id);

	if (table)
		note_hand(table | GIVEN_AWAY);
	return 0;
}

/* Of our own tables none is for anybody else's programs. */
static __always_inline void note_references(struct bpf_prog *program)
{
	struct bpf_prog_aux *aux = BPF_CORE_READ(program, aux);
	struct bpf_map **maps = BPF_CORE_READ(aux, used_maps);
	__u32 count = BPF_CORE_READ(aux, used_map_cnt);

	for (__u32 i = 0; i < MOST_MAPS && i < count; i++) {
		struct bpf_map *map = NULL;

		bpf_probe_read_kernel(&map, sizeof(map), &maps[i]);
		note_reference(BPF_CORE_READ(map, id));
	}
}

/* Called for every program once it has its id and its code is in place (kernel/bpf/syscall.c). */
SEC("?fentry/bpf_prog_kallsyms_add")
int loaded(unsigned long long *ctx)
{
	struct bpf_prog *program = (void *)ctx[0];

	keep_program(program);
	if (BPF_CORE_READ(program, aux, id)) /* once, and not for each of its subprograms */
		note_references(program);
	return 0;
}

SEC("?iter/bpf_prog")
int present(struct bpf_iter__bpf_prog *ctx)
{
	struct bpf_prog *program = ctx->prog;

	if (program)
		keep_program(program);
	return 0;
}
