// Writers that are hard to name: by the 32-bit entry, behind a pid that is another's, in a box, by
// way of a program.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "map.h"
#include "writer.h"

enum { NR_BPF_32BIT = 357, NO_SUCH_WAY = 3 };

static void no_entry(int signal) {
  (void)signal;
  static const char why[] = "this kernel has no 32-bit entry\n";
  if (write(2, why, sizeof why - 1) < 0) _exit(1);
  _exit(NO_SUCH_WAY);
}

static long bpf_by_int80(int command, union bpf_attr *low) {
#ifdef __x86_64__
  long answer = NR_BPF_32BIT;
  __asm__ volatile("int $0x80"
                   : "+a"(answer)
                   : "b"((long)command), "c"(low), "d"((long)sizeof *low)
                   : "memory", "r8", "r9", "r10", "r11");
  return (int)answer;
#else
  (void)command, (void)low;
  return -ENOSYS;
#endif
}

void int80(char **args) {
  struct map map = map_by_id(args[0]);
  size_t length = sizeof(union bpf_attr) + map.key_bytes + map.value_bytes;
#ifndef MAP_32BIT
#define MAP_32BIT 0
#endif
  unsigned char *low = mmap(NULL, length, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  if (low == MAP_FAILED) must("mmap below 4 GiB", -errno);
  unsigned char *key = low + sizeof(union bpf_attr), *value = key + map.key_bytes;
  memcpy(key, key_of(&map, args[1]), map.key_bytes);
  memcpy(value, value_of(&map, args[2]), map.value_bytes);
  union bpf_attr *attr = (union bpf_attr *)low;
  *attr = element(&map, key, value);
  signal(SIGSEGV, no_entry);
  long answer = bpf_by_int80(BPF_MAP_UPDATE_ELEM, attr);
  signal(SIGSEGV, SIG_DFL);
  if (answer == -ENOSYS) no_entry(0);
  must("update by int 0x80", answer);
}

// Field 22 of /proc/PID/stat, in clock ticks since boot; of a zombie too.
static unsigned long long start_of(int pid) {
  char path[64], text[1024] = "";
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0 || read(fd, text, sizeof text - 1) < 0) must(path, -errno);
  close(fd);
  char *field = strrchr(text, ')');  // the name may have spaces
  for (int i = 2; i < 22 && field != NULL; i++) field = strchr(field + 1, ' ');
  return field == NULL ? 0 : strtoull(field, NULL, 10);
}

// A fork whose child has the pid that is asked for (5.5).
static int fork_as(pid_t pid) {
  struct clone_args how = {.exit_signal = SIGCHLD};
  how.set_tid = (unsigned long)&pid;
  how.set_tid_size = 1;
  return must("clone3 with a set pid", syscall(__NR_clone3, &how, sizeof how) < 0 ? -errno : 0);
}

void pid_reuse(char **args) {
  pid_t parent = getpid();
  int writer = fork_child();
  if (writer == 0) {
    struct map map = map_by_id(args[0]);
    update(&map, key_of(&map, args[1]), value_of(&map, args[2]));
    exit(0);
  }
  siginfo_t end;
  waitid(P_PID, writer, &end, WEXITED | WNOWAIT);
  unsigned long long started = start_of(writer);
  waitpid(writer, NULL, 0);
  if (end.si_code != CLD_EXITED || end.si_status != 0) exit(1);
  usleep(50000);  // so that the start times differ in ticks
  fork_as(writer);
  if (getpid() == writer) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    take_name("impostor");
    if (getppid() == parent) wait_for_end_of_input();
    _exit(0);
  }
  printf("pid %d started %llu reused %llu\n", writer, started, start_of(writer));
  fflush(stdout);
  end_like(writer);
}

void cgroup(char **args) {
  char path[4096], pid[16];
  snprintf(path, sizeof path, "%s/cgroup.procs", args[0]);
  int length = snprintf(pid, sizeof pid, "%d\n", getpid());
  int procs = open(path, O_WRONLY | O_CLOEXEC);
  if (procs < 0 || write(procs, pid, length) < 0) must(path, -errno);
  if (unshare(CLONE_NEWNS) < 0) must("unshare", -errno);
  if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) must("private mounts", -errno);
  execvp(args[1], args + 1);
  must(args[1], -errno);
}

static long load(unsigned int type, unsigned int flags, const struct bpf_insn *code, int count) {
  union bpf_attr attr;
  memset(&attr, 0, sizeof attr);  // to its end, or older kernels refuse it
  attr.prog_type = type;
  attr.prog_flags = flags;
  attr.insns = (unsigned long)code;
  attr.insn_cnt = count;
  attr.license = (unsigned long)"GPL";
  strcpy(attr.prog_name, "refers");
  return bpf(BPF_PROG_LOAD, &attr);
}

// Loads a program that could write the map and does nothing; it lives as long as this process.
void refer(char **args) {
  struct map map = map_by_pin(args[0]);
  const struct bpf_insn code[] = {
      {.code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = 1, .src_reg = BPF_PSEUDO_MAP_FD, .imm = map.fd},
      {0},
      {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 0},
      {.code = BPF_JMP | BPF_EXIT},
  };
  must("refer", load(BPF_PROG_TYPE_SOCKET_FILTER, 0, code, sizeof code / sizeof *code));
}

enum { KEY = -32, VALUE = -24, ATTR = -64, ATTR_BYTES = 32 };

#define STORE(at, number) \
  {.code = BPF_ST | BPF_MEM | BPF_DW, .dst_reg = 10, .off = (at), .imm = (number)}
#define ADDRESS(reg, at) \
  {.code = BPF_ALU64 | BPF_MOV | BPF_X, .dst_reg = (reg), .src_reg = 10}, \
      {.code = BPF_ALU64 | BPF_ADD | BPF_K, .dst_reg = (reg), .imm = (at)}
#define KEEP(at, reg) \
  {.code = BPF_STX | BPF_MEM | BPF_DW, .dst_reg = 10, .src_reg = (reg), .off = (at)}
#define SET(reg, number) {.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = (reg), .imm = (number)}

// A key of 8 and a value of 24 bytes, by bpf_sys_bpf(): no process makes that system call.
void sys_bpf(char **args) {
  struct map map = map_by_pin(args[0]);
  const struct bpf_insn code[] = {
      STORE(KEY, 1),
      STORE(VALUE, 0),
      STORE(VALUE + 8, 0),
      STORE(VALUE + 16, 0),
      STORE(ATTR, map.fd),
      ADDRESS(1, KEY),
      KEEP(ATTR + 8, 1),
      ADDRESS(1, VALUE),
      KEEP(ATTR + 16, 1),
      STORE(ATTR + 24, 0),
      SET(1, BPF_MAP_UPDATE_ELEM),
      ADDRESS(2, ATTR),
      SET(3, ATTR_BYTES),
      {.code = BPF_JMP | BPF_CALL, .imm = BPF_FUNC_sys_bpf},
      {.code = BPF_JMP | BPF_EXIT},
  };
  union bpf_attr attr;
  memset(&attr, 0, sizeof attr);
  attr.test.prog_fd =
      must("sys-bpf", load(BPF_PROG_TYPE_SYSCALL, BPF_F_SLEEPABLE, code, sizeof code / sizeof *code));
  must("run", bpf(BPF_PROG_TEST_RUN, &attr));
  must("update", (int)attr.test.retval);
}
