// Many elements, one system call; some of them fail half-way because a key lies on no page.
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "map.h"
#include "writer.h"

// `count` keys from number `first` on, which end where a page ends behind which none can be read.
static unsigned char *keys_before_the_void(const struct map *map, unsigned int first, size_t count) {
  size_t page = sysconf(_SC_PAGESIZE);
  size_t length = (count * map->key_bytes + page - 1) / page * page;
  unsigned char *memory =
      mmap(NULL, length + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) must("mmap", -errno);
  if (mprotect(memory + length, page, PROT_NONE) < 0) must("mprotect", -errno);
  unsigned char *keys = memory + length - count * map->key_bytes;
  for (size_t i = 0; i < count; i++) {
    key_of_number(map, first + i, keys + i * map->key_bytes);
  }
  return keys;
}

static unsigned char *values(const struct map *map, const char *hex, size_t count) {
  unsigned char *all = bytes("", count * map->value_bytes), *one = value_of(map, hex);
  for (size_t i = 0; i < count; i++) {
    memcpy(all + i * map->value_bytes, one, map->value_bytes);
  }
  return all;
}

// Asks for `missing` more elements than there are keys, and then it must fail after the others.
static void batch(int command, char **args, const char *hex, unsigned int missing) {
  struct map map = map_by_id(args[0]);
  unsigned int count = number(args[2]);
  union bpf_attr attr = {0};
  attr.batch.map_fd = map.fd;
  attr.batch.count = count + missing;
  attr.batch.keys = (unsigned long)keys_before_the_void(&map, number(args[1]), count);
  attr.batch.values = hex == NULL ? 0 : (unsigned long)values(&map, hex, count + missing);
  long answer = bpf(command, &attr);
  if (missing == 0) {
    must("batch", answer);
  } else if (answer != -EFAULT || attr.batch.count != count) {
    fprintf(stderr, "batch answered %ld after %u of %u\n", answer, attr.batch.count, count);
    exit(1);
  }
}

void batch_update(char **args) {
  batch(BPF_MAP_UPDATE_BATCH, args, args[3], 0);
}

void batch_update_fails(char **args) {
  batch(BPF_MAP_UPDATE_BATCH, args, args[3], 1);
}

void batch_delete(char **args) {
  batch(BPF_MAP_DELETE_BATCH, args, NULL, 0);
}

void batch_delete_fails(char **args) {
  batch(BPF_MAP_DELETE_BATCH, args, NULL, 1);
}

// Takes whole buckets, so it may leave some where the map holds more.
void batch_lookup_delete(char **args) {
  struct map map = map_by_id(args[0]);
  unsigned int most = number(args[1]);
  unsigned long bucket = 0;
  union bpf_attr attr = {0};
  attr.batch.map_fd = map.fd;
  attr.batch.count = most;
  attr.batch.out_batch = (unsigned long)&bucket;
  attr.batch.keys = (unsigned long)bytes("", most * map.key_bytes);
  attr.batch.values = (unsigned long)bytes("", most * map.value_bytes);
  long answer = bpf(BPF_MAP_LOOKUP_AND_DELETE_BATCH, &attr);
  // ENOENT says that there are no more buckets
  must("batch lookup and delete", answer == -ENOENT && attr.batch.count > 0 ? 0 : answer);
}
