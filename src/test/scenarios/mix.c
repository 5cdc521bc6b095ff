// Writers for a long time, whose every change says by itself who made it: a value is the pid of its
// writer and a number, and keys that can be deleted say whose they are.
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "map.h"
#include "writer.h"

enum { OWN_KEYS = 16, MOST_MAPS = 16, AT_ONCE = 4, MMAPABLE = 1 << 10, PAUSE_MS = 300 };

struct mark {
  unsigned int pid, number;
};

static unsigned int turn;

static struct mark mark_now(void) {
  return (struct mark){.pid = getpid(), .number = ++turn};
}

static bool has_ended(int pause_ms) {
  struct pollfd input = {.fd = 0, .events = POLLIN};
  return poll(&input, 1, pause_ms) != 0;
}

// Of a hash the owner and a number, of a trie the full length and both in four bytes, of an array
// the number, of a queue nothing.
static void own_key(const struct map *map, unsigned int owner, unsigned int n, unsigned char *key) {
  unsigned int words[2] = {owner, n};
  if (map->type == BPF_MAP_TYPE_LPM_TRIE) words[0] = 32, words[1] = owner * OWN_KEYS + n;
  if (map->key_bytes == 4) words[0] = n;
  memcpy(key, words, map->key_bytes);
}

static void put(const struct map *map, unsigned int owner, unsigned int n) {
  unsigned char key[8], value[map->value_bytes];
  struct mark mark = mark_now();
  own_key(map, owner, n, key);
  for (size_t at = 0; at < map->value_bytes; at += sizeof mark) memcpy(value + at, &mark, sizeof mark);
  union bpf_attr attr = element(map, map->key_bytes == 0 ? NULL : key, value);
  bpf(BPF_MAP_UPDATE_ELEM, &attr);
}

static void put_batch(const struct map *map, unsigned int owner) {
  unsigned char keys[AT_ONCE * 8];
  struct mark marks[AT_ONCE];
  for (unsigned int n = 0; n < AT_ONCE; n++) {
    own_key(map, owner, n, keys + n * map->key_bytes);
    marks[n] = mark_now();
  }
  union bpf_attr attr = {0};
  attr.batch.map_fd = map->fd;
  attr.batch.keys = (unsigned long)keys;
  attr.batch.values = (unsigned long)marks;
  attr.batch.count = AT_ONCE;
  bpf(BPF_MAP_UPDATE_BATCH, &attr);
}

static void take_away(const struct map *map, unsigned int owner, unsigned int n) {
  unsigned char key[8], value[map->value_bytes];
  own_key(map, owner, n, key);
  union bpf_attr attr = element(map, map->key_bytes == 0 ? NULL : key, value);
  bpf(map->key_bytes == 0 ? BPF_MAP_LOOKUP_AND_DELETE_ELEM : BPF_MAP_DELETE_ELEM, &attr);
}

// Is gone before anybody looks.
static void put_by_a_child(const struct map *map, unsigned int n) {
  unsigned int owner = getpid();
  int child = fork_child();
  if (child == 0) {
    put(map, owner, n);
    _exit(0);
  }
  waitpid(child, NULL, 0);
}

static void change(const struct map *map) {
  unsigned int owner = getpid(), n = random() % OWN_KEYS, dice = random() % 20;
  bool plain = map->type == BPF_MAP_TYPE_HASH || map->type == BPF_MAP_TYPE_ARRAY;
  if (dice == 0) {
    put_by_a_child(map, n);
  } else if (dice < 3 && plain) {
    put_batch(map, owner);
  } else if (dice < 8) {
    take_away(map, owner, n);
  } else {
    put(map, owner, n);
  }
}

void mix(char **args) {
  struct map maps[MOST_MAPS];
  int count = 0;
  for (; count < MOST_MAPS && args[count] != NULL; count++) maps[count] = map_by_id(args[count]);
  srandom(getpid());
  while (!has_ended(PAUSE_MS)) {
    for (int i = 0; i < count; i++) change(&maps[i]);
  }
  wrote();
}

static struct map make(const char *name, unsigned int type, unsigned int flags) {
  union bpf_attr attr = {0};
  attr.map_type = type;
  attr.key_size = 4;
  attr.value_size = 8;
  attr.max_entries = OWN_KEYS;
  attr.map_flags = flags;
  strcpy(attr.map_name, name);
  return map_by_fd(must("create", bpf(BPF_MAP_CREATE, &attr)));
}

static void freeze_map(const struct map *map) {
  union bpf_attr attr = {0};
  attr.map_fd = map->fd;
  must("freeze", bpf(BPF_MAP_FREEZE, &attr));
}

// A map for some seconds: entry 1 is stored into through a mapping, the others are written.
static void live_and_die(const char *name) {
  struct map map = make(name, BPF_MAP_TYPE_ARRAY, MMAPABLE);
  struct mark *mapped = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, map.fd, 0);
  if (mapped == MAP_FAILED) must("mmap", -errno);
  for (int i = 0; i < 40 && !has_ended(200); i++) {
    mapped[1] = mark_now();
    put(&map, 0, 2 + random() % (OWN_KEYS - 2));
  }
  munmap(mapped, 4096);
  if (random() % 2 == 0) freeze_map(&map);
  has_ended(6000);
  close(map.fd);
}

void churn(char **args) {
  (void)args;
  char name[16];
  snprintf(name, sizeof name, "churn%d", getpid());
  srandom(getpid());
  while (!has_ended(0)) {
    for (int i = 0; i < 5; i++) close(make(name, BPF_MAP_TYPE_HASH, 0).fd);
    live_and_die(name);
  }
  wrote();
}
