// What makes a program run: attaching it to something of this process's own, and doing that thing.
#pragma once

#include <bpf/libbpf.h>

struct trigger {
  const char *name;     // of the kind, as the command line says
  const char *program;  // in programs.bpf.c
  void (*prepare)(void);
  struct bpf_link *(*attach)(const struct bpf_program *program);
  void (*act)(const struct bpf_program *program, unsigned int times);  // in a child, if it forks
  void (*undo)(void);
};

extern const struct trigger TRIGGERS[];

// The argument of getpgid that nobody else uses.
unsigned long magic(void);

const struct trigger *trigger_named(const char *name);
