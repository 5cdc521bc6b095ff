// Many writes: as fast as they can be, or by many who must never be named.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "map.h"
#include "writer.h"

enum { DECOYS = 10, MOST_MAPS = 128 };

static long long nanoseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000000LL + now.tv_nsec;
}

void flood(char **args) {
  struct map map = map_by_id(args[0]);
  unsigned int keys = number(args[1]);
  unsigned long writes = number(args[2]);
  unsigned char *key = bytes("", map.key_bytes), *value = value_of(&map, "");
  union bpf_attr attr = element(&map, key, value);
  long long began = nanoseconds();
  for (unsigned long i = 0; i < writes; i++) {
    key_of_number(&map, i % keys, key);
    memcpy(value, &i, map.value_size < sizeof i ? map.value_size : sizeof i);
    must("update", bpf(BPF_MAP_UPDATE_ELEM, &attr));
  }
  printf("pid %d nanoseconds %lld\n", getpid(), nanoseconds() - began);
  fflush(stdout);
  if (stays) wait_for_end_of_input();
  exit(0);
}

void pour(char **args) {
  struct map map = map_by_id(args[0]);
  unsigned int keys = number(args[1]);
  unsigned long pause = number(args[2]), writes = 0;
  unsigned char *key = bytes("", map.key_bytes), *value = value_of(&map, "");
  union bpf_attr attr = element(&map, key, value);
  struct pollfd input = {.fd = 0, .events = POLLIN};
  while (poll(&input, 1, 0) == 0) {
    key_of_number(&map, writes++ % keys, key);
    memcpy(value, &writes, map.value_size < sizeof writes ? map.value_size : sizeof writes);
    must("update", bpf(BPF_MAP_UPDATE_ELEM, &attr));
    if (pause > 0) usleep(pause);
  }
  printf("pid %d writes %lu\n", getpid(), writes);
  fflush(stdout);
  exit(0);
}

// The key that is this decoy's own: of an array in its upper half, else bytes d0, d1 … d9 (in a
// trie behind the full prefix length). NULL for a map whose entries are nobody's own.
static unsigned char *own_key(const struct map *map, int decoy) {
  unsigned char *key = bytes("", map->key_bytes);
  unsigned int prefix = (map->key_bytes - 4) * 8;
  switch (map->type) {
  case BPF_MAP_TYPE_ARRAY:
  case BPF_MAP_TYPE_PERCPU_ARRAY:
    if (map->max_entries < 2) return NULL;
    key_of_number(map, map->max_entries - 1 - decoy % (map->max_entries / 2), key);
    return key;
  case BPF_MAP_TYPE_HASH:
  case BPF_MAP_TYPE_PERCPU_HASH:
  case BPF_MAP_TYPE_LRU_HASH:
  case BPF_MAP_TYPE_LRU_PERCPU_HASH:
    memset(key, 0xd0 + decoy, map->key_bytes);
    return key;
  case BPF_MAP_TYPE_LPM_TRIE:
    memset(key, 0xd0 + decoy, map->key_bytes);
    memcpy(key, &prefix, sizeof prefix);
    return key;
  default:
    return NULL;
  }
}

// Goes on past errors: a map may fill up or be frozen under it.
static _Noreturn void be_decoy(int number, char **ids, int ready) {
  struct map maps[MOST_MAPS];
  unsigned char *keys[MOST_MAPS], *values[MOST_MAPS];
  int count = 0;
  char name[16];
  snprintf(name, sizeof name, "%.12s%d", comm == NULL ? "decoy" : comm, number);
  take_name(name);
  for (; count < MOST_MAPS && ids[count] != NULL; count++) {
    maps[count] = map_by_id(ids[count]);
    keys[count] = own_key(&maps[count], number);
    values[count] = value_of(&maps[count], "");
  }
  for (unsigned int round = 1;; round++) {
    for (int i = 0; i < count; i++) {
      size_t length = maps[i].value_size;
      memcpy(values[i], &round, length < sizeof round ? length : sizeof round);
      union bpf_attr attr = element(&maps[i], keys[i], values[i]);
      if (keys[i] != NULL) bpf(BPF_MAP_UPDATE_ELEM, &attr);
    }
    if (round == 1 && write(ready, "", 1) != 1) exit(1);
    usleep(200000);
  }
}

void decoys(char **args) {
  int ready[2], pids[DECOYS];
  char byte;
  if (pipe2(ready, O_CLOEXEC) < 0) must("pipe", -errno);
  for (int i = 0; i < DECOYS; i++) {
    pids[i] = fork_child();
    if (pids[i] == 0) be_decoy(i, args, ready[1]);
  }
  close(ready[1]);
  for (int i = 0; i < DECOYS; i++) {
    if (read(ready[0], &byte, 1) != 1) must("decoys", -ECHILD);
  }
  printf("pids");
  for (int i = 0; i < DECOYS; i++) printf(" %d", pids[i]);
  printf("\n");
  fflush(stdout);
  wait_for_end_of_input();
  for (int i = 0; i < DECOYS; i++) kill(pids[i], SIGKILL);
  for (int i = 0; i < DECOYS; i++) waitpid(pids[i], NULL, 0);
  exit(0);
}
