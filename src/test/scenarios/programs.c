// Loads a BPF program that writes a map, attaches it, and makes it run.
//
//   programs [--comm NAME] [--times N] [--unload] KIND OPERATION MAPID KEYHEX VALUEHEX
//
// OPERATION: update, delete, push, below (an update by a subprogram), pass (an update, and then what
// was there before is put back: nothing, or a value of 8 bytes), store (through a pointer), read
// (writes nothing), global (to a variable that lies in the map; KEYHEX counts for nothing), flood (an
// update of one of 1,000 keys, with a value that begins with 4 bytes of VALUEHEX). Prints `program ID
// TAG NAME TYPE` and, each time it made it run N times, `triggered N pid P`: the process on top of
// which it ran, which is not to blame. Then obeys lines `trigger N` until its input ends, or ends at
// once with --unload. 0 if it worked, 1 with the errno on stderr if not, 64 usage.
#define _GNU_SOURCE
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "map.h"
#include "programs.h"
#include "triggers.h"

static const char *const OPERATIONS[] = {"update", "delete", "push", "below",
                                         "pass",   "store",  "read",  "global", "flood"};

static _Noreturn void usage(void) {
  fprintf(stderr, "usage: programs [--comm NAME] [--times N] [--unload] KIND"
                  " update|delete|push|below|pass|store|read|global|flood MAPID KEYHEX VALUEHEX\n  KIND:");
  for (const struct trigger *kind = TRIGGERS; kind->name != NULL; kind++) {
    fprintf(stderr, " %s", kind->name);
  }
  fprintf(stderr, "\n");
  exit(64);
}

static enum operation operation_named(const char *name) {
  for (unsigned int i = 0; i < sizeof OPERATIONS / sizeof *OPERATIONS; i++) {
    if (strcmp(name, OPERATIONS[i]) == 0) return i;
  }
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

static void give_order(struct bpf_object *object, const struct map *map, char **args) {
  struct order order = {.magic = magic(), .getpgid = __NR_getpgid};
  if (map->key_bytes > KEY_ROOM || map->value_size > VALUE_ROOM) must("keys or values", -E2BIG);
  order.operation = operation_named(args[0]);
  memcpy(order.key, bytes(args[2], KEY_ROOM), KEY_ROOM);
  memcpy(order.value, bytes(args[3], VALUE_ROOM), VALUE_ROOM);
  struct bpf_map *constants = bpf_object__find_map_by_name(object, ".rodata");
  must("order", bpf_map__set_initial_value(constants, &order, sizeof order));
}

static struct bpf_program *load(const char *name, char **args) {
  struct bpf_object *object = open_beside_this_program();
  struct bpf_program *program, *wanted = NULL;
  bpf_object__for_each_program(program, object) {
    bool this = strcmp(bpf_program__name(program), name) == 0;
    bpf_program__set_autoload(program, this);
    if (this) wanted = program;
  }
  struct map map = map_by_id(args[1]);
  give_order(object, &map, args);
  const char *place = operation_named(args[0]) == GLOBAL ? ".bss" : "target";
  must(place, bpf_map__reuse_fd(bpf_object__find_map_by_name(object, place), map.fd));
  must("load", bpf_object__load(object));
  close(map.fd);
  return wanted;
}

static void introduce(const struct bpf_program *program) {
  struct bpf_prog_info info = {0};
  __u32 length = sizeof info;
  must("program info", bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &length));
  printf("program %u ", info.id);
  for (unsigned int i = 0; i < sizeof info.tag; i++) printf("%02x", info.tag[i]);
  printf(" %s %s\n", info.name, libbpf_bpf_prog_type_str(info.type));
  fflush(stdout);
}

static void act(const struct trigger *kind, const struct bpf_program *program, unsigned int times) {
  kind->act(program, times);
  fflush(stdout);
}

int main(int count, char **args) {
  unsigned int times = 1;
  bool unload = false;
  for (args++, count--; count > 0 && strncmp(*args, "--", 2) == 0; args++, count--) {
    if (strcmp(*args, "--unload") == 0) {
      unload = true;
    } else if (count > 1 && strcmp(*args, "--comm") == 0) {
      prctl(PR_SET_NAME, *++args), count--;
    } else if (count > 1 && strcmp(*args, "--times") == 0) {
      times = number(*++args), count--;
    } else {
      usage();
    }
  }
  const struct trigger *kind = count == 5 ? trigger_named(args[0]) : NULL;
  if (kind == NULL) usage();

  atexit(kind->undo);
  kind->prepare();
  struct bpf_program *program = load(kind->program, args + 1);
  struct bpf_link *link = kind->attach == NULL ? NULL : kind->attach(program);
  if (link == NULL && kind->attach != NULL && strcmp(kind->name, "socket") != 0) {
    must("attach", -errno);
  }
  introduce(program);
  act(kind, program, times);
  char line[64];
  while (!unload && fgets(line, sizeof line, stdin) != NULL) {
    if (sscanf(line, "trigger %u", &times) != 1) usage();
    act(kind, program, times);
  }
  bpf_link__destroy(link);
  return 0;
}
