// The verbs of `writer` by what they are about. Each gets its arguments after its own name.
#pragma once

extern const char *self;  // the path of this program
extern const char *comm;  // the name asked for, or NULL
extern int stays;         // asked to live on after the write

void take_name(const char *name);

// Says which process wrote, lives on if asked to, and ends with 0.
_Noreturn void wrote(void);

void wait_for_end_of_input(void);

// A child that dies with its parent. 0 in the child.
int fork_child(void);

// Ends as the child did.
_Noreturn void end_like(int child);

void update_id(char **args);
void update_pin(char **args);
void delete_id(char **args);
void lookup_delete(char **args);
void push(char **args);
void pop(char **args);
void freeze(char **args);
void prog_array(char **args);
void inner(char **args);
void look(char **args);
void keep_mapped(char **args);
void store(char **args);

void batch_update(char **args);
void batch_update_fails(char **args);
void batch_delete(char **args);
void batch_delete_fails(char **args);
void batch_lookup_delete(char **args);

void hold(char **args);
void fork_exec(char **args);
void write_fd(char **args);
void duplicate(char **args);
void pass(char **args);
void steal(char **args);

void refer(char **args);
void sys_bpf(char **args);

void int80(char **args);
void pid_reuse(char **args);
void cgroup(char **args);

void flood(char **args);
void pour(char **args);
void decoys(char **args);

void mix(char **args);
void churn(char **args);
