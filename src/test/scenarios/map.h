// Maps by raw bpf(2), without libbpf, so that a writer does just the calls its verb names.
#pragma once
#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>

struct map {
  int fd;
  unsigned int type;
  size_t key_bytes;    // 0 for queues and stacks
  size_t value_bytes;  // as a system call copies it: all slots of a per-CPU map
  size_t value_size;   // as the map was made
  unsigned int max_entries;
};

// The answer, or a negative errno.
long bpf(int command, union bpf_attr *attr);

// Ends with 1 and says why, unless `answer` is good.
long must(const char *what, long answer);

struct map map_by_id(const char *id);
struct map map_by_pin(const char *path);
struct map map_by_fd(int fd);
int program_by_id(const char *id);

unsigned long number(const char *text);

// What hexadecimal digits say, with zeros behind them up to `length` bytes.
unsigned char *bytes(const char *hex, size_t length);
unsigned char *key_of(const struct map *map, const char *hex);  // NULL where there are no keys
unsigned char *value_of(const struct map *map, const char *hex);  // one slot stands for all

// `n` as a key: little endian, zeros behind it.
void key_of_number(const struct map *map, unsigned int n, unsigned char *key);

// The attributes of a call on one element.
union bpf_attr element(const struct map *map, const void *key, const void *value);

void update(const struct map *map, const void *key, const void *value);
