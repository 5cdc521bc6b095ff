// SPDX-License-Identifier: GPL-2.0
/*
 * The kernel's own list of maps and programs. It is read with read(2): nobody who answers bpf(2) in
 * the kernel's stead is asked. Not part of the tracer: loaded for a moment at each capture.
 */
#include "list.h"
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_core_read.h>

char LICENSE[] SEC("license") = "GPL";

SEC("?iter/bpf_map")
int list_maps(struct bpf_iter__bpf_map *ctx)
{
	struct bpf_map *map = ctx->map;
	struct listed_map one = {};

	if (!map)
		return 0;
	one.id = BPF_CORE_READ(map, id);
	one.type = BPF_CORE_READ(map, map_type);
	one.key_size = BPF_CORE_READ(map, key_size);
	one.value_size = BPF_CORE_READ(map, value_size);
	one.max_entries = BPF_CORE_READ(map, max_entries);
	one.map_flags = BPF_CORE_READ(map, map_flags);
	if (bpf_core_field_exists(map->map_extra))
		one.map_extra = BPF_CORE_READ(map, map_extra);
	if (bpf_core_field_exists(map->frozen))
		one.frozen = BPF_CORE_READ(map, frozen);
	one.references = BPF_CORE_READ(map, refcnt.counter) - 1; /* the iterator's own */
	one.users = BPF_CORE_READ(map, usercnt.counter);
	BPF_CORE_READ_INTO(&one.name, map, name);
	bpf_seq_write(ctx->meta->seq, &one, sizeof(one));
	return 0;
}

SEC("?iter/bpf_prog")
int list_programs(struct bpf_iter__bpf_prog *ctx)
{
	struct bpf_prog *program = ctx->prog;
	struct listed_program one = {};
	struct bpf_prog_aux *aux;
	struct bpf_map **maps;
	const char *function;

	if (!program)
		return 0;
	aux = BPF_CORE_READ(program, aux);
	one.id = BPF_CORE_READ(aux, id);
	one.type = BPF_CORE_READ(program, type);
	one.attach_type = BPF_CORE_READ(program, expected_attach_type);
	if (bpf_core_field_exists(program->kprobe_override))
		one.overrides = BPF_CORE_READ_BITFIELD_PROBED(program, kprobe_override);
	BPF_CORE_READ_INTO(&one.tag, program, tag);
	BPF_CORE_READ_INTO(&one.name, aux, name);
	function = BPF_CORE_READ(aux, attach_func_name);
	if (function)
		bpf_probe_read_kernel_str(one.function, sizeof(one.function), function);
	maps = BPF_CORE_READ(aux, used_maps);
	one.map_count = BPF_CORE_READ(aux, used_map_cnt);
	for (__u32 i = 0; i < MOST_MAPS && i < one.map_count; i++) {
		struct bpf_map *map = NULL;

		bpf_probe_read_kernel(&map, sizeof(map), &maps[i]);
		one.maps[i] = BPF_CORE_READ(map, id);
	}
	bpf_seq_write(ctx->meta->seq, &one, sizeof(one));
	return 0;
}
