#define _GNU_SOURCE
#include "triggers.h"

#include <arpa/inet.h>
#include <bpf/bpf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/perf_event.h>
#include <linux/udp.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "map.h"
#include "programs.h"

enum { MOST_CPUS = 64 };

static int receiver = -1;
static char cgroup[4096];

// Does `act` in a process of its own, named `innocent`: it runs the program and writes nothing.
static void let_an_innocent(void (*act)(unsigned int), unsigned int times) {
  pid_t parent = getpid(), child = fork();
  must("fork", child < 0 ? -errno : 0);
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    prctl(PR_SET_NAME, "innocent");
    if (getppid() == parent) act(times);
    _exit(0);
  }
  int status;
  waitpid(child, &status, 0);
  if (status != 0) must("innocent", -ECHILD);
  printf("triggered %u pid %d\n", times, child);
}

// --- getpgid(magic)

unsigned long magic(void) {
  static unsigned long mine;
  if (mine == 0) mine = 0x40000000UL | getpid();  // above any pid there can be
  return mine;
}

static void ask(unsigned int times) {
  for (unsigned int i = 0; i < times; i++) syscall(__NR_getpgid, magic());
}

static void by_getpgid(const struct bpf_program *program, unsigned int times) {
  (void)program;
  magic();
  let_an_innocent(ask, times);
}

// libbpf finds a tracepoint's number in tracefs, which not every machine has mounted.
static void tracefs(void) {
  static const char mount_point[] = "/sys/kernel/tracing";
  if (access("/sys/kernel/debug/tracing/events", F_OK) == 0) return;
  if (access("/sys/kernel/tracing/events", F_OK) == 0) return;
  must("unshare", unshare(CLONE_NEWNS) < 0 ? -errno : 0);
  must("mount", mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0 ? -errno : 0);
  must("tracefs", mount("tracefs", mount_point, "tracefs", 0, NULL) < 0 ? -errno : 0);
}

static struct bpf_link *as_its_section_says(const struct bpf_program *program) {
  return bpf_program__attach(program);
}

// --- UDP over the loopback of a network namespace of its own

static struct sockaddr_in here(void) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(PORT)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

static void network(void) {
  must("unshare", unshare(CLONE_NEWNET) < 0 ? -errno : 0);
  receiver = must("socket", socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP};
  must("lo up", ioctl(receiver, SIOCSIFFLAGS, &lo) < 0 ? -errno : 0);
  struct sockaddr_in address = here();
  must("bind", bind(receiver, (void *)&address, sizeof address) < 0 ? -errno : 0);
}

static void send_and_await(unsigned int times) {
  struct sockaddr_in address = here();
  int sender = must("socket", socket(AF_INET, SOCK_DGRAM, 0));
  char got[8];
  for (unsigned int i = 0; i < times; i++) {
    if (sendto(sender, "x", 1, 0, (void *)&address, sizeof address) != 1) _exit(1);
    // which comes only after the program has run, whichever processor does
    if (recv(receiver, got, sizeof got, 0) != 1) _exit(1);
  }
}

static void by_packets(const struct bpf_program *program, unsigned int times) {
  (void)program;
  let_an_innocent(send_and_await, times);
}

static struct bpf_link *to_loopback(const struct bpf_program *program) {
  return bpf_program__attach_xdp(program, if_nametoindex("lo"));
}

static struct bpf_link *to_the_receiver(const struct bpf_program *program) {
  int fd = bpf_program__fd(program);
  int failed = setsockopt(receiver, SOL_SOCKET, SO_ATTACH_BPF, &fd, sizeof fd);
  must("attach to socket", failed < 0 ? -errno : 0);
  return NULL;
}

static void close_receiver(void) {
  close(receiver);
}

static void by_test_run(const struct bpf_program *program, unsigned int times) {
  struct {
    struct ethhdr ethernet;
    struct iphdr ip;
    struct udphdr udp;
  } __attribute__((packed)) packet = {0};
  packet.ethernet.h_proto = htons(ETH_P_IP);
  packet.ip.version = 4;
  packet.ip.ihl = 5;
  packet.ip.protocol = IPPROTO_UDP;
  packet.udp.dest = htons(PORT);
  LIBBPF_OPTS(bpf_test_run_opts, run, .data_in = &packet, .data_size_in = sizeof packet,
              .repeat = times);
  if (times > 0) must("test run", bpf_prog_test_run_opts(bpf_program__fd(program), &run));
  printf("triggered %u pid %d nanoseconds %u each\n", times, getpid(), run.duration);
}

// --- a clock that interrupts whoever runs

static struct bpf_link *clocks[MOST_CPUS];

static struct bpf_link *to_the_clock(const struct bpf_program *program) {
  struct perf_event_attr clock = {
      .type = PERF_TYPE_SOFTWARE,
      .size = sizeof clock,
      .config = PERF_COUNT_SW_CPU_CLOCK,
      .sample_period = 1000000,  // ns
  };
  int cpus = libbpf_num_possible_cpus();
  for (int cpu = 0; cpu < cpus && cpu < MOST_CPUS; cpu++) {
    int fd = syscall(__NR_perf_event_open, &clock, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
    if (fd < 0 && errno == ENODEV) continue;  // possible and not there
    must("perf_event_open", fd < 0 ? -errno : fd);
    clocks[cpu] = bpf_program__attach_perf_event(program, fd);
    if (clocks[cpu] == NULL) must("attach to a clock", -errno);
  }
  return clocks[0];
}

static void by_waiting(const struct bpf_program *program, unsigned int times) {
  (void)program;
  usleep(times * 1000);
  printf("triggered %u pid %d\n", times, getpid());
}

static void stop_clocks(void) {  // the first is the caller's
  for (int cpu = 1; cpu < MOST_CPUS; cpu++) bpf_link__destroy(clocks[cpu]);
}

// --- a cgroup of its own

static void make_cgroup(void) {
  char line[4096], point[3000];
  FILE *mounts = fopen("/proc/self/mountinfo", "r");
  if (mounts == NULL) must("mountinfo", -errno);
  while (cgroup[0] == 0 && fgets(line, sizeof line, mounts) != NULL) {
    if (strstr(line, " - cgroup2 ") != NULL && sscanf(line, "%*s %*s %*s %*s %2999s", point) == 1) {
      snprintf(cgroup, sizeof cgroup, "%s/bpfaudit-scenario-%d", point, getpid());
    }
  }
  fclose(mounts);
  must("make a cgroup2", mkdir(cgroup, 0755) < 0 ? -errno : 0);
}

static void network_and_cgroup(void) {
  network();
  make_cgroup();
}

static struct bpf_link *to_the_cgroup(const struct bpf_program *program) {
  int fd = must("open the cgroup", open(cgroup, O_RDONLY | O_CLOEXEC));
  struct bpf_link *link = bpf_program__attach_cgroup(program, fd);
  close(fd);
  return link;
}

static void join(void) {
  char procs[4200];
  snprintf(procs, sizeof procs, "%s/cgroup.procs", cgroup);
  int fd = open(procs, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, "0", 1) != 1) _exit(1);
  close(fd);
}

static void send_inside(unsigned int times) {
  struct sockaddr_in address = here();
  join();
  int sender = must("socket", socket(AF_INET, SOCK_DGRAM, 0));
  for (unsigned int i = 0; i < times; i++) {
    if (sendto(sender, "x", 1, 0, (void *)&address, sizeof address) != 1) _exit(1);
  }
}

static void sockets_inside(unsigned int times) {
  join();
  for (unsigned int i = 0; i < times; i++) close(must("socket", socket(AF_INET, SOCK_DGRAM, 0)));
}

static void by_packets_inside(const struct bpf_program *program, unsigned int times) {
  (void)program;
  let_an_innocent(send_inside, times);
}

static void by_sockets_inside(const struct bpf_program *program, unsigned int times) {
  (void)program;
  let_an_innocent(sockets_inside, times);
}

static void remove_cgroup(void) {
  if (cgroup[0] == 0) return;
  for (int tries = 0; rmdir(cgroup) < 0 && errno == EBUSY && tries < 100; tries++) usleep(10000);
}

static void nothing(void) {}

const struct trigger TRIGGERS[] = {
    {"raw_tp", "raw_tp_writer", nothing, as_its_section_says, by_getpgid, nothing},
    {"tracepoint", "tp_writer", tracefs, as_its_section_says, by_getpgid, nothing},
    {"kprobe", "kprobe_writer", nothing, as_its_section_says, by_getpgid, nothing},
    {"fentry", "fentry_writer", nothing, as_its_section_says, by_getpgid, nothing},
    {"xdp", "xdp_writer", network, to_loopback, by_packets, close_receiver},
    {"xdp-run", "xdp_writer", nothing, NULL, by_test_run, nothing},
    {"timer", "timer_writer", nothing, to_the_clock, by_waiting, stop_clocks},
    {"socket", "socket_writer", network, to_the_receiver, by_packets, close_receiver},
    {"cgroup_skb", "cgroup_writer", network_and_cgroup, to_the_cgroup, by_packets_inside, remove_cgroup},
    {"sock_create", "sock_writer", make_cgroup, to_the_cgroup, by_sockets_inside, remove_cgroup},
    {0},
};

const struct trigger *trigger_named(const char *name) {
  const struct trigger *found = TRIGGERS;
  while (found->name != NULL && strcmp(found->name, name) != 0) found++;
  return found->name == NULL ? NULL : found;
}
