// Writes a map in the way its verb says, as a process that the tracer must name.
//
//   writer [--comm NAME] [--stay] VERB ARGUMENT…
//
// Prints `pid N`, the process that wrote; 0 if it worked, 1 with the errno on stderr if not, 3 if
// the kernel has no such way, 64 usage. --stay: lives on until its standard input ends.
#define _GNU_SOURCE
#include "writer.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "map.h"

const char *self;
const char *comm;
int stays;

static const struct verb {
  const char *name;
  void (*run)(char **args);
  int least;  // arguments
  const char *arguments;
} VERBS[] = {
    {"update-id", update_id, 3, "MAPID KEYHEX VALUEHEX"},
    {"update-pin", update_pin, 3, "PATH KEYHEX VALUEHEX"},
    {"delete", delete_id, 2, "MAPID KEYHEX"},
    {"lookup-delete", lookup_delete, 2, "MAPID KEYHEX"},
    {"push", push, 2, "MAPID VALUEHEX"},
    {"pop", pop, 1, "MAPID"},
    {"freeze", freeze, 1, "MAPID"},
    {"prog-array", prog_array, 3, "MAPID SLOTHEX PROGRAMID"},
    {"inner", inner, 3, "MAPID KEYHEX INNERID"},
    {"look", look, 1, "MAPID (through a memory mapping that cannot write)"},
    {"keep-mapped", keep_mapped, 1, "MAPID (then lines: OFFSET HEX)"},
    {"store", store, 3, "MAPID OFFSET HEX (through a memory mapping)"},
    {"batch-update", batch_update, 4, "MAPID FIRST COUNT VALUEHEX"},
    {"batch-update-fails", batch_update_fails, 4, "MAPID FIRST COUNT VALUEHEX (EFAULT after COUNT)"},
    {"batch-delete", batch_delete, 3, "MAPID FIRST COUNT"},
    {"batch-delete-fails", batch_delete_fails, 3, "MAPID FIRST COUNT (EFAULT after COUNT)"},
    {"batch-lookup-delete", batch_lookup_delete, 2, "MAPID ATMOST"},
    {"hold", hold, 1, "MAPID (then lines: update KEY VALUE, delete KEY, freeze)"},
    {"fork-exec", fork_exec, 3, "MAPID KEYHEX VALUEHEX (the child writes)"},
    {"write-fd", write_fd, 3, "FD KEYHEX VALUEHEX"},
    {"dup", duplicate, 3, "MAPID KEYHEX VALUEHEX"},
    {"pass", pass, 3, "MAPID KEYHEX VALUEHEX (the child writes)"},
    {"steal", steal, 3, "MAPID KEYHEX VALUEHEX (the thief writes)"},
    {"refer", refer, 1, "PATH (a program that refers to the map pinned there is loaded)"},
    {"sys-bpf", sys_bpf, 1, "PATH (a program of type syscall writes zeros into the map pinned there)"},
    {"int80", int80, 3, "MAPID KEYHEX VALUEHEX"},
    {"pid-reuse", pid_reuse, 3, "MAPID KEYHEX VALUEHEX (prints pid N started TICKS reused TICKS)"},
    {"cgroup", cgroup, 2, "DIRECTORY COMMAND…"},
    {"flood", flood, 3, "MAPID KEYS WRITES (prints pid N nanoseconds T)"},
    {"pour", pour, 3, "MAPID KEYS PAUSE_US (until its input ends; prints pid N writes M)"},
    {"mix", mix, 1, "MAPID… (of values of 8 bytes, until its input ends)"},
    {"churn", churn, 0, "(makes maps until its input ends)"},
    {"decoys", decoys, 1, "MAPID… (prints pids N…, ends with its standard input)"},
};

void take_name(const char *name) {
  if (name != NULL) prctl(PR_SET_NAME, name);
}

void wait_for_end_of_input(void) {
  char ignored[64];
  while (read(0, ignored, sizeof ignored) > 0) {
  }
}

_Noreturn void wrote(void) {
  printf("pid %d\n", getpid());
  fflush(stdout);
  if (stays) wait_for_end_of_input();
  exit(0);
}

int fork_child(void) {
  pid_t parent = getpid();
  fflush(stdout);
  pid_t child = fork();
  if (child < 0) {
    perror("fork");
    exit(1);
  }
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) exit(1);
  }
  return child;
}

_Noreturn void end_like(int child) {
  int status = 0;
  waitpid(child, &status, 0);
  exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

static _Noreturn void usage(void) {
  fprintf(stderr, "usage: writer [--comm NAME] [--stay] VERB ARGUMENT…\n");
  for (size_t i = 0; i < sizeof VERBS / sizeof *VERBS; i++) {
    fprintf(stderr, "  %-20s %s\n", VERBS[i].name, VERBS[i].arguments);
  }
  exit(64);
}

int main(int count, char **args) {
  static char path[PATH_MAX];
  if (readlink("/proc/self/exe", path, sizeof path - 1) < 0) must("/proc/self/exe", -1);
  self = path;
  for (args++, count--; count > 0 && strncmp(*args, "--", 2) == 0; args++, count--) {
    if (strcmp(*args, "--stay") == 0) {
      stays = 1;
    } else if (strcmp(*args, "--comm") == 0 && count > 1) {
      comm = *++args;
      count--;
    } else {
      usage();
    }
  }
  take_name(comm);
  for (size_t i = 0; count > 0 && i < sizeof VERBS / sizeof *VERBS; i++) {
    if (strcmp(*args, VERBS[i].name) == 0 && count > VERBS[i].least) {
      VERBS[i].run(args + 1);
      wrote();
    }
  }
  usage();
}
