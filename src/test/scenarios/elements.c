// One element, one system call.
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "map.h"
#include "writer.h"

void update_id(char **args) {
  struct map map = map_by_id(args[0]);
  update(&map, key_of(&map, args[1]), value_of(&map, args[2]));
}

void update_pin(char **args) {
  struct map map = map_by_pin(args[0]);
  update(&map, key_of(&map, args[1]), value_of(&map, args[2]));
}

void delete_id(char **args) {
  struct map map = map_by_id(args[0]);
  union bpf_attr attr = element(&map, key_of(&map, args[1]), NULL);
  must("delete", bpf(BPF_MAP_DELETE_ELEM, &attr));
}

void lookup_delete(char **args) {
  struct map map = map_by_id(args[0]);
  union bpf_attr attr = element(&map, key_of(&map, args[1]), value_of(&map, ""));
  must("lookup and delete", bpf(BPF_MAP_LOOKUP_AND_DELETE_ELEM, &attr));
}

void push(char **args) {
  struct map map = map_by_id(args[0]);
  update(&map, NULL, value_of(&map, args[1]));
}

void pop(char **args) {
  struct map map = map_by_id(args[0]);
  union bpf_attr attr = element(&map, NULL, value_of(&map, ""));
  must("pop", bpf(BPF_MAP_LOOKUP_AND_DELETE_ELEM, &attr));
}

// EBUSY is for as long as somebody else is in the middle of a write (map_freeze() in
// kernel/bpf/syscall.c).
void freeze(char **args) {
  struct map map = map_by_id(args[0]);
  union bpf_attr attr = element(&map, NULL, NULL);
  int result = bpf(BPF_MAP_FREEZE, &attr);
  while (result == -EBUSY) {
    usleep(1000);
    result = bpf(BPF_MAP_FREEZE, &attr);
  }
  must("freeze", result);
}

void prog_array(char **args) {
  struct map map = map_by_id(args[0]);
  int program = program_by_id(args[2]);
  update(&map, key_of(&map, args[1]), &program);
}

void inner(char **args) {
  struct map map = map_by_id(args[0]);
  struct map inside = map_by_id(args[2]);
  update(&map, key_of(&map, args[1]), &inside.fd);
}

void look(char **args) {
  struct map map = map_by_id(args[0]);
  void *values = mmap(NULL, 1, PROT_READ, MAP_SHARED, map.fd, 0);
  if (values == MAP_FAILED) must("mmap", -errno);
}

// Mapped now, written later: says `pid N` when it has the map in its memory and again after each
// line `OFFSET HEX`.
void keep_mapped(char **args) {
  struct map map = map_by_id(args[0]);
  char hex[512];
  size_t offset, room = map.max_entries * ((map.value_size + 7) / 8 * 8);
  unsigned char *values = mmap(NULL, room, PROT_READ | PROT_WRITE, MAP_SHARED, map.fd, 0);
  if (values == MAP_FAILED) must("mmap", -errno);
  close(map.fd);
  printf("pid %d\n", getpid());
  fflush(stdout);
  while (scanf("%zu %511s", &offset, hex) == 2 && offset + strlen(hex) / 2 <= room) {
    memcpy(values + offset, bytes(hex, strlen(hex) / 2), strlen(hex) / 2);
    printf("pid %d\n", getpid());
    fflush(stdout);
  }
  exit(0);
}

void store(char **args) {
  struct map map = map_by_id(args[0]);
  size_t offset = number(args[1]), length = strlen(args[2]) / 2;
  unsigned char *values =
      mmap(NULL, offset + length, PROT_READ | PROT_WRITE, MAP_SHARED, map.fd, 0);
  if (values == MAP_FAILED) must("mmap", -errno);
  memcpy(values + offset, bytes(args[2], length), length);
}
