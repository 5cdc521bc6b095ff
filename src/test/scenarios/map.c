#define _GNU_SOURCE
#include "map.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

long bpf(int command, union bpf_attr *attr) {
  long answer = syscall(__NR_bpf, command, attr, sizeof *attr);
  return answer < 0 ? -errno : answer;
}

long must(const char *what, long answer) {
  if (answer < 0) {
    fprintf(stderr, "%s: errno %ld: %s\n", what, -answer, strerror((int)-answer));
    exit(1);
  }
  return answer;
}

unsigned long number(const char *text) {
  char *end;
  unsigned long n = strtoul(text, &end, 0);
  if (*text == 0 || *end != 0) {
    fprintf(stderr, "no number: %s\n", text);
    exit(64);
  }
  return n;
}

static unsigned int possible_cpus(void) {
  unsigned int first, last, cpus = 0;
  FILE *file = fopen("/sys/devices/system/cpu/possible", "r");
  if (file == NULL) must("/sys/devices/system/cpu/possible", -errno);
  do {
    int found = fscanf(file, "%u-%u", &first, &last);
    if (found < 1) break;
    cpus += found == 1 ? 1 : last - first + 1;
  } while (fgetc(file) == ',');
  fclose(file);
  return cpus;
}

static bool per_cpu(unsigned int type) {
  return type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_ARRAY ||
         type == BPF_MAP_TYPE_LRU_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE;
}

static size_t slot_bytes(const struct map *map) {
  return per_cpu(map->type) ? (map->value_size + 7) / 8 * 8 : map->value_size;
}

struct map map_by_fd(int fd) {
  struct bpf_map_info info = {0};
  union bpf_attr attr = {0};
  attr.info.bpf_fd = fd;
  attr.info.info_len = sizeof info;
  attr.info.info = (unsigned long)&info;
  must("map info", bpf(BPF_OBJ_GET_INFO_BY_FD, &attr));
  struct map map = {
      .fd = fd,
      .type = info.type,
      .key_bytes = info.key_size,
      .value_size = info.value_size,
      .max_entries = info.max_entries,
  };
  map.value_bytes = slot_bytes(&map) * (per_cpu(map.type) ? possible_cpus() : 1);
  return map;
}

struct map map_by_id(const char *id) {
  union bpf_attr attr = {0};
  attr.map_id = number(id);
  return map_by_fd(must("map by id", bpf(BPF_MAP_GET_FD_BY_ID, &attr)));
}

struct map map_by_pin(const char *path) {
  union bpf_attr attr = {0};
  attr.pathname = (unsigned long)path;
  return map_by_fd(must("map by pin", bpf(BPF_OBJ_GET, &attr)));
}

int program_by_id(const char *id) {
  union bpf_attr attr = {0};
  attr.prog_id = number(id);
  return must("program by id", bpf(BPF_PROG_GET_FD_BY_ID, &attr));
}

static void parse(const char *hex, unsigned char *to, size_t room) {
  size_t digits = strlen(hex);
  for (size_t i = 0; i < digits; i += 2) {
    if (i / 2 >= room || sscanf(hex + i, "%2hhx", &to[i / 2]) != 1 || digits % 2 != 0) {
      fprintf(stderr, "not the hexadecimal digits of at most %zu bytes: %s\n", room, hex);
      exit(64);
    }
  }
}

unsigned char *bytes(const char *hex, size_t length) {
  unsigned char *data = calloc(1, length + 1);
  if (data == NULL) must("memory", -ENOMEM);
  parse(hex, data, length);
  return data;
}

unsigned char *key_of(const struct map *map, const char *hex) {
  return map->key_bytes == 0 ? NULL : bytes(hex, map->key_bytes);
}

unsigned char *value_of(const struct map *map, const char *hex) {
  unsigned char *data = bytes("", map->value_bytes);
  if (strlen(hex) / 2 > map->value_size) {
    parse(hex, data, map->value_bytes);
  } else {
    for (size_t at = 0; at < map->value_bytes; at += slot_bytes(map)) {
      parse(hex, data + at, map->value_size);
    }
  }
  return data;
}

void key_of_number(const struct map *map, unsigned int n, unsigned char *key) {
  memset(key, 0, map->key_bytes);
  memcpy(key, &n, map->key_bytes < sizeof n ? map->key_bytes : sizeof n);
}

union bpf_attr element(const struct map *map, const void *key, const void *value) {
  union bpf_attr attr = {0};
  attr.map_fd = map->fd;
  attr.key = (unsigned long)key;
  attr.value = (unsigned long)value;
  return attr;
}

void update(const struct map *map, const void *key, const void *value) {
  union bpf_attr attr = element(map, key, value);
  must("update", bpf(BPF_MAP_UPDATE_ELEM, &attr));
}
