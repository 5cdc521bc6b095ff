// Lies to one process about maps or programs, until its input ends.
//
//   liar fmod_ret|lsm TGID list|open|programs|make FIRST LAST ERRNO
//
// list: BPF_MAP_GET_NEXT_ID after an id from FIRST to LAST; programs: BPF_PROG_GET_NEXT_ID; open:
// BPF_MAP_GET_FD_BY_ID of such an id; make: BPF_MAP_CREATE of such a type answers ERRNO. Prints `lying ID`, the id of its program; 1 with
// the errno on stderr if it cannot, 64 usage.
#define _GNU_SOURCE
#include "liar.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "map.h"

static _Noreturn void usage(void) {
  fprintf(stderr, "usage: liar fmod_ret|lsm TGID list|open|programs|make FIRST LAST ERRNO\n");
  exit(64);
}

static unsigned int command_named(const char *name) {
  if (strcmp(name, "list") == 0) return BPF_MAP_GET_NEXT_ID;
  if (strcmp(name, "open") == 0) return BPF_MAP_GET_FD_BY_ID;
  if (strcmp(name, "programs") == 0) return BPF_PROG_GET_NEXT_ID;
  if (strcmp(name, "make") == 0) return BPF_MAP_CREATE;
  usage();
}

static struct bpf_object *open_beside_this_program(void) {
  char path[PATH_MAX + 16] = "";
  ssize_t length = readlink("/proc/self/exe", path, PATH_MAX);
  must("/proc/self/exe", length < 0 ? -errno : 0);
  strcpy(path + length, ".bpf.o");
  struct bpf_object *object = bpf_object__open_file(path, NULL);
  if (object == NULL) must(path, -errno);
  return object;
}

static struct bpf_program *load(const char *kind, const struct lie *lie) {
  struct bpf_object *object = open_beside_this_program();
  struct bpf_program *program, *wanted = NULL;
  bpf_object__for_each_program(program, object) {
    const char *name = bpf_program__name(program);
    bool this = strncmp(name, kind, strlen(kind)) == 0 && strcmp(name + strlen(kind), "_liar") == 0;
    bpf_program__set_autoload(program, this);
    if (this) wanted = program;
  }
  if (wanted == NULL) usage();
  struct bpf_map *constants = bpf_object__find_map_by_name(object, ".rodata");
  must("lie", bpf_map__set_initial_value(constants, lie, sizeof *lie));
  must("load", bpf_object__load(object));
  return wanted;
}

int main(int count, char **args) {
  if (count != 7) usage();
  struct lie lie = {
      .tgid = number(args[2]),
      .command = command_named(args[3]),
      .first = number(args[4]),
      .last = number(args[5]),
      .answer = -(int)number(args[6]),
  };
  struct bpf_program *program = load(args[1], &lie);
  if (bpf_program__attach(program) == NULL) must("attach", -errno);
  struct bpf_prog_info info = {0};
  __u32 length = sizeof info;
  must("program info", bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &length));
  printf("lying %u\n", info.id);
  fflush(stdout);
  char line[64];
  while (read(0, line, sizeof line) > 0) {
  }
  return 0;
}
