/* SPDX-License-Identifier: GPL-2.0 */
/* The seeded hash of keys and values; dev.bpfaudit.model.SeededHash is the same in Java. */
#ifndef BPFAUDIT_HASH_H
#define BPFAUDIT_HASH_H

#include "ledger.h"

#define MOST_HASHED 4096
#define HASH_FIRST 0x9e3779b97f4a7c15ULL
#define HASH_SECOND 0xd6e8feb86659fd93ULL
#define WORDS (KEPT_BYTES / 8)

#define MIX(h, words)									\
	_Pragma("unroll")								\
	for (int j = 0; j < WORDS; j++) {						\
		h = (h ^ (words)[j]) * HASH_SECOND;					\
		h ^= h >> 32;								\
	}

/*
 * The body of the two functions below, which differ in whose memory they read. The last block
 * stands apart: in the loop its length would make the verifier try all of them at every turn.
 */
#define HASH_BYTES(read)								\
	__u64 h = seed ^ size * HASH_FIRST;						\
	__u64 words[WORDS] = {};							\
	__u64 at = 0;									\
											\
	if (size > MOST_HASHED)								\
		return 0;								\
	for (int i = 0; i < MOST_HASHED / KEPT_BYTES; i++) {				\
		if (at + KEPT_BYTES >= size)						\
			break;								\
		if (read(words, KEPT_BYTES, (void *)(from + at)))			\
			return 0;							\
		MIX(h, words)								\
		at += KEPT_BYTES;							\
	}										\
	if (size > 0) {									\
		__u64 rest = size - at;							\
											\
		barrier_var(rest); /* or the compiler bounds a copy of it */		\
		__builtin_memset(words, 0, sizeof(words));				\
		if (rest > KEPT_BYTES || read(words, rest, (void *)(from + at)))	\
			return 0;							\
		MIX(h, words)								\
	}										\
	return h ?: 1;

/*
 * Not static: so the verifier looks at them once and not wherever they are called. They return 0 if
 * the bytes cannot be read or are too many.
 */
__attribute__((noinline)) __u64 hash_of_kernel(__u64 from, __u64 size)
{
	HASH_BYTES(bpf_probe_read_kernel)
}

__attribute__((noinline)) __u64 hash_of_user(__u64 from, __u64 size)
{
	HASH_BYTES(bpf_probe_read_user)
}

/* As the two above do it for the four bytes of an id. */
static __always_inline __u64 hash_of_id(__u32 id)
{
	__u64 h = seed ^ sizeof(id) * HASH_FIRST;
	__u64 words[WORDS] = {id};

	MIX(h, words)
	return h ?: 1;
}

/*
 * Hashes size bytes and keeps the first of them in kept, which is zeroed; false if that failed. The
 * common ones, which fit, are read once.
 */
static __always_inline bool hash_bytes(__u64 *hash, __u8 *kept, const void *from, __u64 size,
				       bool user)
{
	const __u64 *words = (const __u64 *)kept;
	__u64 h = seed ^ size * HASH_FIRST;
	__u64 most = size;

	barrier_var(most); /* or the compiler bounds a copy of it */
	if (most > KEPT_BYTES)
		most = KEPT_BYTES;
	if (user ? bpf_probe_read_user(kept, most, from) : bpf_probe_read_kernel(kept, most, from))
		return false;
	if (size > KEPT_BYTES) {
		*hash = user ? hash_of_user((__u64)from, size) : hash_of_kernel((__u64)from, size);
		return *hash;
	}
	if (size > 0) {
		MIX(h, words)
	}
	*hash = h ?: 1;
	return true;
}

#endif
